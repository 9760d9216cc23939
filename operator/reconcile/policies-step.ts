import { labelKeys } from '../api/labels.ts'
import type { Moltagent } from '../api/moltagent.ts'
import { kinds } from '../cluster/kinds.ts'
import type { KubernetesObject } from '../cluster/kubernetes-object.ts'
import { foreignPolicies } from '../desired/network/foreign-policies.ts'
import { policyDifferences } from '../desired/network/policy-differences.ts'
import type { NetworkPolicy } from '../desired/objects.ts'
import { asObject } from './as-object.ts'
import type { ReconcileContext } from './context.ts'
import { ensureObject, type Ensured } from './ensure-object.ts'
import { isPolicyAsMeant, rememberForm } from './is-current.ts'
import type { Problem } from './problem.ts'
import { projectObject } from './project-object.ts'

export type PoliciesResult =
  | { readonly state: 'stored'; readonly written: number; readonly repaired: readonly string[] }
  | { readonly state: 'waiting' }
  /** Nothing that the policies guard may be made. */
  | { readonly state: 'held'; readonly problem: Problem }

/**
 * The policies first: sent where they differ, then read back from the server and compared field by field, and nobody else's may
 * widen them. Only `stored` lets a machine exist.
 */
export async function policiesStep(
  context: ReconcileContext,
  moltagent: Moltagent,
  policies: readonly NetworkPolicy[],
): Promise<PoliciesResult> {
  const wanted = policies.map((policy) => asObject(policy))
  const ensured = await Promise.all(wanted.map((policy) => ensurePolicy(context, moltagent, policy)))
  const refused = ensured.find((result) => result.state === 'refused')
  if (refused !== undefined) return { state: 'held', problem: refused.problem }
  if (ensured.some((result) => result.state === 'waiting')) return { state: 'waiting' }
  const written = ensured.filter((result) => result.state === 'written')
  const differing = written.length === 0 ? undefined : await readBack(context, moltagent, policies)
  if (differing !== undefined) return { state: 'held', problem: differing }
  const widening = findWidening(context, moltagent)
  if (widening !== undefined) return { state: 'held', problem: widening }
  return {
    state: 'stored',
    written: written.length,
    repaired: written.flatMap(({ observed, repaired }) => (repaired ? [`${observed.kind} ${observed.name}`] : [])),
  }
}

async function ensurePolicy(context: ReconcileContext, moltagent: Moltagent, policy: KubernetesObject): Promise<Ensured> {
  const isCurrent = isPolicyAsMeant(context, policy)
  const ensured = await ensureObject(context, moltagent, { object: policy, store: context.caches.policies, isCurrent })
  rememberForm(context, policy, ensured)
  return ensured
}

async function readBack(context: ReconcileContext, moltagent: Moltagent, meant: readonly NetworkPolicy[]): Promise<Problem | undefined> {
  const { namespace, uid } = moltagent.metadata
  const stored = await context.cluster.list(kinds.networkPolicy, namespace, { [labelKeys.uid]: uid })
  for (const policy of meant) {
    const found = stored.find(({ metadata }) => metadata.name === policy.metadata.name)
    if (found === undefined) return mismatch(policy, 'it is not there')
    const differences = policyDifferences(policy, found)
    if (differences.length > 0) return mismatch(policy, `${differences.join(', ')} differ`)
    if (found.metadata.deletionTimestamp !== undefined) return mismatch(policy, 'it is being deleted')
    context.caches.policies.observe(projectObject(found))
  }
  return undefined
}

const mismatch = (policy: NetworkPolicy, how: string): Problem => ({
  reason: 'Mismatch',
  message: `NetworkPolicy ${policy.metadata.name}, read back from the API server, is not what was sent: ${how}. No machine is started; look for a webhook or a controller that changes policies`,
})

function findWidening(context: ReconcileContext, moltagent: Moltagent): Problem | undefined {
  const candidates = context.caches.policies.group(moltagent.metadata.namespace).flatMap(({ facts }) => {
    // Other instances' own policies select by another UID: passed over quickly, because there may be thousands.
    const mayMatter = facts.kind === 'policy' && (facts.selectsUid === undefined || facts.selectsUid === moltagent.metadata.uid)
    return mayMatter ? [facts.shape] : []
  })
  const widening = foreignPolicies(moltagent, candidates)
  if (widening.length === 0) return undefined
  const parts = widening.map(({ name, roles, directions }) => `NetworkPolicy ${name} (${directions.join(' and ')} of ${roles.join(', ')})`)
  return {
    reason: 'ForeignPolicyWidens',
    message: `policies add up, and somebody else's allow this instance's machines more than they may have: ${parts.join('; ')}. Delete them, or make their podSelector leave out pods with the label ${labelKeys.uid}`,
  }
}
