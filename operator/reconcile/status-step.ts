import { fieldManagers } from '../api/field-managers.ts'
import { moltagentKind } from '../api/moltagent-kind.ts'
import type { MoltagentStatus } from '../api/moltagent-status.ts'
import type { Moltagent } from '../api/moltagent.ts'
import { contentDigest } from '../cluster/content-digest.ts'
import type { ReconcileContext } from './context.ts'
import { projectMoltagent } from './project-moltagent.ts'
import { computeStatus, type Report } from './status.ts'

/** Writes the operator's part of status, if it is not what is stored. True where it was written. */
export async function statusStep(context: ReconcileContext, moltagent: Moltagent, report: Report): Promise<boolean> {
  const status = computeStatus(moltagent, report, context.clock.now())
  const { agent: _agent, ...stored } = moltagent.status
  if (contentDigest(status) === contentDigest(stored)) return false
  await writeStatus(context, moltagent, status)
  tellOfTrouble(context, moltagent, status)
  return true
}

async function writeStatus(context: ReconcileContext, moltagent: Moltagent, status: MoltagentStatus): Promise<void> {
  const { name, namespace, uid } = moltagent.metadata
  const { apiVersion, kind } = moltagentKind
  const object = { apiVersion, kind, metadata: { name, namespace, uid }, status }
  const stored = await context.cluster.apply(object, { manager: fieldManagers.status, subresource: 'status' })
  context.caches.moltagents.observe(projectMoltagent(stored))
}

/** An Event when something begins to need a person, or no longer does. */
function tellOfTrouble(context: ReconcileContext, moltagent: Moltagent, status: MoltagentStatus): void {
  const find = (conditions: MoltagentStatus['conditions']) => conditions?.find(({ type }) => type === 'Stalled')
  const [before, after] = [find(moltagent.status.conditions), find(status.conditions)]
  if (after?.status === 'True' && (before?.status !== 'True' || before.reason !== after.reason)) {
    context.notify({ moltagent, type: 'Warning', reason: after.reason, action: 'Reconcile', message: after.message })
  } else if (after?.status === 'False' && before?.status === 'True') {
    context.notify({ moltagent, type: 'Normal', reason: 'Recovered', action: 'Reconcile', message: `no longer: ${before.reason}` })
  }
}
