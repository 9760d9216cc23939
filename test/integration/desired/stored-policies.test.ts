import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { createKubernetesClient, type KubernetesClient } from '../../../local/kubernetes/client.ts'
import type { Moltagent } from '../../../operator/api/moltagent.ts'
import type { MoltagentSpecInput } from '../../../operator/api/moltagent-spec.ts'
import { parseMoltagent } from '../../../operator/api/parse-moltagent.ts'
import { foreignPolicies } from '../../../operator/desired/network/foreign-policies.ts'
import { networkPolicies } from '../../../operator/desired/network/policies.ts'
import { policyDifferences } from '../../../operator/desired/network/policy-differences.ts'
import type { NetworkPolicy } from '../../../operator/desired/objects.ts'
import { applyObject } from '../../support/apply-object.ts'
import { specArbitrary } from '../../support/arbitrary/moltagent-arbitrary.ts'
import { foundationFacts } from '../../support/desired-facts.ts'
import { installDefinition } from '../../support/install-definition.ts'
import { isStoredAsSent } from '../../support/is-stored-as-sent.ts'
import { moltagentDocument } from '../../support/moltagent-document.ts'
import type { Policy } from '../../support/network-policy/evaluator.ts'
import { compareWithMatrix } from '../../support/network-policy/matrix-violations.ts'
import type { Instance } from '../../support/network-policy/world.ts'
import { startTestCluster, type TestCluster } from '../../support/test-cluster.ts'

const home = 'stored-policies'
const away = 'stored-policies-away'

let cluster: TestCluster
let admin: KubernetesClient
before(async () => {
  cluster = await startTestCluster({ kubevirt: false })
  admin = createKubernetesClient(cluster.admin)
  await installDefinition(admin)
  for (const name of [home, away]) await applyObject(admin, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
})
after(async () => {
  admin.close()
  await cluster.stop()
})

interface Stored {
  readonly instance: Instance
  readonly moltagent: Moltagent
  readonly meant: readonly NetworkPolicy[]
  readonly policies: readonly Policy[]
}

interface Wanted {
  readonly spec: MoltagentSpecInput
  readonly name: string
  readonly namespace: string
  readonly revoked: boolean
  readonly dryRun: boolean
}

/** The resource and its policies as the API server stores them, or would. */
async function store({ revoked, dryRun, ...document }: Wanted): Promise<Stored> {
  const answer = (await applyObject(admin, moltagentDocument(document), { dryRun })) as { metadata: object }
  // What is not stored has no version, and is otherwise complete.
  const parsed = parseMoltagent({ ...answer, metadata: { resourceVersion: 'dry run', ...answer.metadata } })
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.message)
  const { moltagent } = parsed
  const meant = networkPolicies(moltagent, foundationFacts.configuration, revoked)
  const policies = await Promise.all(meant.map((policy) => applyObject(admin, policy, { dryRun })))
  const { access, egress } = moltagent.spec.nextcloud
  return { moltagent, meant, policies: policies as Policy[], instance: { ...moltagent.metadata, access, egress, revoked } }
}

function check(stored: readonly Stored[]): number {
  const outcome = compareWithMatrix(
    stored.map(({ instance }) => instance),
    stored.flatMap(({ policies }) => policies),
  )
  assert.deepEqual(outcome.violations, [])
  for (const { meant, policies } of stored) {
    assert.deepEqual(
      meant.map((policy, index) => policyDifferences(policy, policies[index])),
      [[], [], []],
    )
    assert.ok(meant.every((policy, index) => isStoredAsSent(policy, policies[index])))
  }
  return outcome.allowed
}

const several = fc.array(fc.record({ spec: specArbitrary, revoked: fc.boolean() }), { minLength: 5, maxLength: 5, size: 'max' })

/** Of five: two share a namespace with the first, two are elsewhere. */
const place = (index: number, suffix = ''): { name: string; namespace: string } => ({
  name: `molt-${index}${suffix}`,
  namespace: index < 3 ? home : away,
})

test('for 200 random Moltagents the policies that the API server would store allow exactly the edges of the matrix', async () => {
  let allowed = 0
  await fc.assert(
    fc.asyncProperty(several, async (wanted) => {
      const stored = await Promise.all(wanted.map((one, index) => store({ ...one, ...place(index), dryRun: true })))
      allowed += check(stored)
    }),
    { numRuns: 40, endOnFailure: true },
  )
  assert.ok(allowed > 1000)
})

test('20 random Moltagents stored for good, beside each other, allow exactly the edges of the matrix and do not widen one another', async () => {
  const samples = fc.sample(several, 4).flat()
  const stored = await Promise.all(
    samples.map((one, index) => store({ ...one, ...place(index % 5, `-${Math.floor(index / 5)}`), dryRun: false })),
  )
  const read = await Promise.all(stored.map(async (one) => ({ ...one, policies: await policiesOf(one) })))
  for (let first = 0; first < read.length; first += 5) check(read.slice(first, first + 5))
  const inHome = await listPolicies(home)
  assert.ok(inHome.length >= 36)
  for (const { moltagent } of read.filter(({ instance }) => instance.namespace === home)) {
    assert.deepEqual(foreignPolicies(moltagent, inHome), [])
  }
})

async function listPolicies(namespace: string): Promise<readonly Policy[]> {
  const list = (await admin.request('GET', `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`)) as { items: Policy[] }
  return list.items
}

async function policiesOf({ instance, meant }: Stored): Promise<readonly Policy[]> {
  const all = await listPolicies(instance.namespace)
  return meant.map((policy) => {
    const found = all.find(({ metadata }) => metadata.name === policy.metadata.name)
    assert.ok(found, `${policy.metadata.name} is stored`)
    // Items of a list do not say their kind.
    return { ...found, apiVersion: policy.apiVersion, kind: policy.kind }
  })
}

test('a revoked instance takes its agent off the network with the next apply', async () => {
  const spec = moltagentDocument({}).spec
  const wanted = { spec, name: 'revoked', namespace: home, dryRun: false }
  const before = await store({ ...wanted, revoked: false })
  const stored = await store({ ...wanted, revoked: true })
  assert.ok(check([before]) > check([stored]))
  const agent = await policiesOf(stored)
  assert.deepEqual(Object.keys(agent[1]?.spec ?? {}).toSorted(), ['podSelector', 'policyTypes'])
})

test('rules that somebody put where we have none are taken away by the next apply', async () => {
  const stored = await store({ spec: moltagentDocument({}).spec, name: 'added-to', namespace: home, revoked: true, dryRun: false })
  const [, agent] = stored.meant
  assert.ok(agent)
  const path = `/apis/networking.k8s.io/v1/namespaces/${home}/networkpolicies/${agent.metadata.name}?fieldManager=kubectl-edit`
  const body = { spec: { ingress: [{}], egress: [{}] } }
  const opened = await admin.request('PATCH', path, { body, contentType: 'application/merge-patch+json' })
  assert.deepEqual(policyDifferences(agent, opened), ['spec.ingress', 'spec.egress'])
  assert.deepEqual(policyDifferences(agent, await applyObject(admin, agent)), [])
})

test('a policy that somebody widened is drift, and the next apply puts it right', async () => {
  const stored = await store({ spec: moltagentDocument({}).spec, name: 'widened', namespace: home, revoked: false, dryRun: false })
  const [policy] = stored.meant
  assert.ok(policy)
  const widened = { ...policy, spec: { ...policy.spec, ingress: [{}], egress: [{}] } }
  const changed = (await applyObject(admin, widened, { manager: 'kubectl-edit' })) as Policy
  assert.deepEqual(policyDifferences(policy, changed), ['spec.ingress', 'spec.egress'])
  assert.ok(!isStoredAsSent(policy, changed))
  const mended = await applyObject(admin, policy)
  assert.deepEqual(policyDifferences(policy, mended), [])
  assert.ok(isStoredAsSent(policy, mended))
})
