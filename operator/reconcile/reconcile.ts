import type { Moltagent } from '../api/moltagent.ts'
import type { Outcome } from '../controller/work.ts'
import { desiredFoundations } from '../desired/desired-objects.ts'
import type { FoundationFacts } from '../desired/facts.ts'
import type { ReconcileContext } from './context.ts'
import { holdByFinalizer } from './finalizer-step.ts'
import { recordedAddresses } from './foundations-step.ts'
import { instanceStep, type InstanceResult } from './instance-step.ts'
import { invalidResource } from './invalid-resource.ts'
import { observedMachines } from './observed-machines.ts'
import { policiesStep } from './policies-step.ts'
import { pruneStep } from './prune-step.ts'
import type { Report } from './status.ts'
import { statusStep } from './status-step.ts'
import { teardown } from './teardown.ts'

const nothingToDo: Outcome = { requeueAfterMs: undefined }

/** Brings everything of one Moltagent to what is wanted, from what is there: reads the caches, writes the difference, reports. */
export async function reconcile(context: ReconcileContext, key: string): Promise<Outcome> {
  const observed = context.caches.moltagents.get(key)
  if (observed === undefined) return nothingToDo
  if (!observed.parsed.ok) return invalidResource(context, observed.key, observed.parsed.message)
  const { moltagent } = observed.parsed
  if (!areSecretsSeen(context, moltagent)) return { requeueAfterMs: context.configuration.waitingMs }
  if (moltagent.metadata.deletionTimestamp !== undefined) return remove(context, moltagent)
  return maintain(context, moltagent)
}

/** Without the Secrets' metadata of both namespaces, what is there would look as if it were not. */
function areSecretsSeen({ caches, configuration }: ReconcileContext, moltagent: Moltagent): boolean {
  return [moltagent.metadata.namespace, configuration.namespace].every((namespace) => caches.secrets(namespace)?.synced === true)
}

async function remove(context: ReconcileContext, moltagent: Moltagent): Promise<Outcome> {
  const result = await teardown(context, moltagent)
  if (result.done) return nothingToDo
  context.log.info({ key: `${moltagent.metadata.namespace}/${moltagent.metadata.name}`, waitingFor: result.waitingFor }, 'teardown waits')
  return { requeueAfterMs: Math.min(500, context.configuration.waitingMs) }
}

/**
 * The order of things. The record of a revocation is to be read at the top, before anything is written; `revoked` then comes from it
 * and nowhere else. Until that part is there, no instance is revoked by this operator, and it does not say so.
 */
async function maintain(context: ReconcileContext, moltagent: Moltagent): Promise<Outcome> {
  const { desired } = context.configuration
  const foundation: FoundationFacts = { configuration: desired, revoked: false, recordedAddresses: recordedAddresses(context, moltagent) }
  const foundations = desiredFoundations(moltagent, foundation)
  const [held, policies] = await Promise.all([holdByFinalizer(context, moltagent), policiesStep(context, moltagent, foundations.policies)])
  // Held: what runs stays as it is, and nothing new may run.
  const instance = policies.state === 'stored' ? await instanceStep(context, moltagent, { foundation, foundations }) : untouched
  const pruned = policies.state === 'stored' ? await pruneStep(context, moltagent) : 0
  const report = reportOf(context, moltagent, { policies, instance })
  const reported = await statusStep(context, latest(context, moltagent), report)
  const repaired = [...(policies.state === 'stored' ? policies.repaired : []), ...instance.repaired]
  tellOfRepair(context, moltagent, repaired)
  const writes = held + instance.written + pruned + Number(reported) + (policies.state === 'stored' ? policies.written : 0)
  const key = `${moltagent.metadata.namespace}/${moltagent.metadata.name}`
  if (writes > 0) context.log.info({ key, writes, repaired, generation: moltagent.metadata.generation }, 'reconciled')
  return { requeueAfterMs: nextLook(context, report) }
}

const untouched: InstanceResult = {
  problems: [],
  waiting: true,
  written: 0,
  repaired: [],
  roll: { action: 'none' },
  services: undefined,
  renewAt: undefined,
}

/** The finalizer's write has made a new version: status is compared with the resource as it is now. */
function latest(context: ReconcileContext, moltagent: Moltagent): Moltagent {
  const observed = context.caches.moltagents.get(`${moltagent.metadata.namespace}/${moltagent.metadata.name}`)
  const isSame = observed?.parsed.ok === true && observed.parsed.moltagent.metadata.uid === moltagent.metadata.uid
  // The generation that was worked on is the one to report, though a newer spec may have come meanwhile.
  return isSame && observed.parsed.ok ? { ...moltagent, status: observed.parsed.moltagent.status } : moltagent
}

interface Results {
  readonly policies: Awaited<ReturnType<typeof policiesStep>>
  readonly instance: InstanceResult
}

function reportOf(
  context: ReconcileContext,
  moltagent: Moltagent,
  { policies, instance }: Results,
): Report & Pick<InstanceResult, 'renewAt'> {
  return {
    policies,
    problems: instance.problems,
    waiting: instance.waiting,
    roll: instance.roll,
    machines: observedMachines(context.caches, moltagent),
    services: instance.services,
    deleting: false,
    renewAt: instance.renewAt,
  }
}

/** Events wake a reconcile; these are the cases in which none may come. */
function nextLook(context: ReconcileContext, report: Report & Pick<InstanceResult, 'renewAt'>): number {
  const { waitingMs, resyncMs } = context.configuration
  if (report.waiting || report.problems.length > 0 || report.policies.state !== 'stored' || report.roll.action !== 'none') return waitingMs
  if (report.renewAt === undefined) return resyncMs
  return Math.min(Math.max(report.renewAt.getTime() - context.clock.now().getTime(), 1000), resyncMs)
}

function tellOfRepair(context: ReconcileContext, moltagent: Moltagent, repaired: readonly string[]): void {
  const isFirst = moltagent.status.observedGeneration !== moltagent.metadata.generation
  if (isFirst || repaired.length === 0) return
  const message = `put back as wanted after somebody changed it: ${repaired.join(', ')}`
  context.notify({ moltagent, type: 'Warning', reason: 'DriftRepaired', action: 'Reconcile', message })
}
