import { fieldManagers } from '../api/field-managers.ts'
import { moltagentKind } from '../api/moltagent-kind.ts'
import type { Outcome } from '../controller/work.ts'
import type { ReconcileContext } from './context.ts'

/**
 * A stored resource that this operator cannot read: nothing of it is touched, what runs keeps running. Its status cannot be read
 * either, so the condition is written without being compared, but only when what the log last said of it has changed.
 */
export async function invalidResource(context: ReconcileContext, key: string, message: string): Promise<Outcome> {
  context.log.error({ key, problem: message }, 'resource cannot be read')
  const memory = context.normalised.get(key)
  if (memory?.sent === message) return { requeueAfterMs: undefined }
  context.normalised.set(key, { sent: message, stored: message })
  const [namespace = '', name = ''] = key.split('/')
  const { apiVersion, kind } = moltagentKind
  const lastTransitionTime = context.clock.now().toISOString()
  const conditions = [{ type: 'Stalled', status: 'True', reason: 'InvalidResource', message: message.slice(0, 4096), lastTransitionTime }]
  await context.cluster.apply(
    { apiVersion, kind, metadata: { name, namespace }, status: { phase: 'Failed', conditions } },
    { manager: fieldManagers.status, subresource: 'status' },
  )
  return { requeueAfterMs: undefined }
}
