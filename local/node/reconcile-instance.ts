import type { Outcome } from '../../operator/controller/work.ts'
import { isApiError } from '../../operator/cluster/api-error.ts'
import { jsonPatch } from '../kubernetes/client.ts'
import type { GuestExit } from './guest.ts'
import { instancePath, type MachineInstance } from './machine-instance.ts'
import type { MachineRecord } from './machine-registry.ts'
import { machineOf } from './machine-of.ts'
import { retryMs, type NodeContext } from './node-context.ts'
import { nodeName } from './node-object.ts'
import { recordEvent } from './record-event.ts'
import { endedStatus, runningStatus } from './running-status.ts'

const done: Outcome = { requeueAfterMs: undefined }
const again: Outcome = { requeueAfterMs: retryMs }
/** KubeVirt's default for a machine that says nothing. */
const defaultGraceSeconds = 30

/** What virt-handler does for one machine that KubeVirt has handed over to this node. */
export async function reconcileInstance(context: NodeContext, instance: MachineInstance): Promise<Outcome> {
  if (instance.status.nodeName !== nodeName) return done
  const record = recordOf(context, instance)
  switch (instance.status.phase) {
    case 'Scheduled':
      return reconcileScheduled(context, instance, record)
    case 'Running':
      return reconcileRunning(context, instance, record)
    default:
      return done
  }
}

async function reconcileScheduled(context: NodeContext, instance: MachineInstance, record: MachineRecord | undefined): Promise<Outcome> {
  if (!record) return finish(context, instance, { outcome: 'failed', reason: 'the node has restarted' })
  if (record.exit) return finish(context, instance, record.exit)
  if (instance.metadata.deletionTimestamp !== undefined) return stopOrFinish(context, instance, record)
  const pod = context.pods.get(record.podKey)
  if (pod === undefined || pod.metadata.uid !== record.podUid) return again
  if (!record.guest) {
    try {
      context.machines.run(record, await context.guests.start(machineOf(context, { instance, pod, attachment: record.attachment })))
    } catch (error) {
      const reason = `starting the guest failed: ${error instanceof Error ? error.message : String(error)}`
      return finish(context, instance, { outcome: 'failed', reason })
    }
  }
  return patchStatus(context, instance, runningStatus(instance, record, context.now()))
}

async function reconcileRunning(context: NodeContext, instance: MachineInstance, record: MachineRecord | undefined): Promise<Outcome> {
  if (!record?.guest) return finish(context, instance, { outcome: 'failed', reason: 'the node has restarted' })
  if (record.exit) return finish(context, instance, record.exit)
  if (instance.metadata.deletionTimestamp !== undefined) return stopOrFinish(context, instance, record)
  const agentKnown = instance.status.conditions.some(({ type, status }) => type === 'AgentConnected' && status === 'True')
  return agentKnown || !record.agentConnected ? done : patchStatus(context, instance, runningStatus(instance, record, context.now()))
}

/** The grace period counts from when virt-handler sees the deletion, as in KubeVirt. The guest's end calls back. */
async function stopOrFinish(context: NodeContext, instance: MachineInstance, record: MachineRecord): Promise<Outcome> {
  if (!record.guest) return finish(context, instance, { outcome: 'stopped' })
  context.machines.stop(record, (instance.spec.terminationGracePeriodSeconds ?? defaultGraceSeconds) * 1000)
  return done
}

async function finish(context: NodeContext, instance: MachineInstance, exit: GuestExit): Promise<Outcome> {
  const { namespace, name, uid } = instance.metadata
  const about = { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachineInstance', namespace, name, uid }
  const failed = exit.outcome === 'failed'
  const outcome = await patchStatus(context, instance, endedStatus(instance, exit, context.now()))
  const message = failed ? `The VirtualMachineInstance crashed: ${exit.reason}` : 'The VirtualMachineInstance was shut down.'
  const event = { about, type: failed ? 'Warning' : 'Normal', reason: 'Stopped', message, component: 'virt-handler' } as const
  await recordEvent(context.clients.handler, event, context.now())
  return outcome
}

/**
 * Changes these fields of the status, only in the version that was looked at. As a JSON patch: a merge patch would take the nulls out of
 * conditions that KubeVirt wrote, and KubeVirt's own patches, which test for them, would fail for ever.
 */
async function patchStatus(context: NodeContext, instance: MachineInstance, status: Readonly<Record<string, unknown>>): Promise<Outcome> {
  const version = { op: 'test', path: '/metadata/resourceVersion', value: instance.metadata.resourceVersion }
  const changes = Object.entries(status).map(([field, value]) => ({ op: 'add', path: `/status/${field}`, value }))
  try {
    await context.clients.handler.request('PATCH', instancePath(instance), {
      body: [version, ...changes],
      contentType: jsonPatch,
      signal: context.signal,
    })
    return done
  } catch (error) {
    if (isApiError(error, 404)) return done
    // Another version: it is on its way to the collection, and brings the key back. KubeVirt's refusals have the same status, hence again.
    if (isApiError(error, 422) || isApiError(error, 409)) return again
    throw error
  }
}

function recordOf({ machines }: NodeContext, { status }: MachineInstance): MachineRecord | undefined {
  return Object.keys(status.activePods)
    .map((podUid) => machines.get(podUid))
    .find((record) => record !== undefined)
}
