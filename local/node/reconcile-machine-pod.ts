import type { Outcome } from '../../operator/controller/work.ts'
import { isApiError } from '../../operator/cluster/api-error.ts'
import { strategicMergePatch } from '../kubernetes/client.ts'
import { isFinalInstance } from './machine-instance.ts'
import { machinePodStatus, tellingParts, type MachinePodSituation } from './machine-pod-status.ts'
import type { MachineRecord } from './machine-registry.ts'
import { retryMs, type NodeContext } from './node-context.ts'
import { isFinalPod, podKey, podPath, podSchema, type Pod } from './pod.ts'
import { recordEvent } from './record-event.ts'
import { volumeProblem } from './volume-problem.ts'

const done: Outcome = { requeueAfterMs: undefined }
const again: Outcome = { requeueAfterMs: retryMs }
const soon: Outcome = { requeueAfterMs: 50 }

/** What a kubelet does for one virt-launcher pod that is bound here. */
export async function reconcileMachinePod(context: NodeContext, pod: Pod): Promise<Outcome> {
  const record = context.machines.get(pod.metadata.uid)
  if (pod.metadata.deletionTimestamp !== undefined) return endPod(context, pod, record)
  if (isFinalPod(pod)) return done
  if (record?.exit) {
    const reason = record.exit.outcome === 'failed' ? record.exit.reason : ''
    return report(context, pod, { state: 'ended', failed: record.exit.outcome === 'failed', reason })
  }
  if (record)
    return report(context, pod, { state: 'running', addresses: record.attachment.addresses, agentConnected: record.agentConnected })
  if (pod.status.phase === 'Running') return report(context, pod, { state: 'ended', failed: true, reason: 'NodeRestarted' })
  return startPod(context, pod)
}

async function startPod(context: NodeContext, pod: Pod): Promise<Outcome> {
  const image = await imageProblem(context, pod)
  if (image !== undefined) {
    await report(context, pod, { state: 'waiting', reason: 'ErrImagePull', message: image })
    return again
  }
  const volume = await volumeProblem(pod, context.clients.kubelet, context.signal)
  if (volume?.kind === 'not-yet') return soon
  if (volume) {
    await report(context, pod, { state: 'waiting', reason: 'ContainerCreating', message: '' })
    await tellFailedMount(context, pod, volume.message)
    return again
  }
  const attachment = await context.addresses.attach(pod.metadata.uid)
  context.machines.open(pod.metadata.uid, podKey(pod), attachment)
  return report(context, pod, { state: 'running', addresses: attachment.addresses, agentConnected: false })
}

async function imageProblem({ guests }: NodeContext, pod: Pod): Promise<string | undefined> {
  for (const { image } of pod.spec.containers) {
    const message = await guests.imageProblem(image)
    if (message !== undefined) return message
  }
  return undefined
}

async function tellFailedMount(context: NodeContext, pod: Pod, message: string): Promise<void> {
  const { namespace, name, uid } = pod.metadata
  const about = { apiVersion: 'v1', kind: 'Pod', namespace, name, uid }
  await recordEvent(
    context.clients.kubelet,
    { about, type: 'Warning', reason: 'FailedMount', message, component: 'kubelet' },
    context.now(),
  )
}

/** Writes the pod's status unless it tells the same already. */
async function report(context: NodeContext, pod: Pod, situation: MachinePodSituation): Promise<Outcome> {
  const status = machinePodStatus(pod, situation, context.now())
  if (tellingParts(podSchema.shape.status.parse(status)) === tellingParts(pod.status)) return done
  const body = { metadata: { uid: pod.metadata.uid }, status }
  await context.clients.kubelet.request('PATCH', `${podPath(pod)}/status`, {
    body,
    contentType: strategicMergePatch,
    signal: context.signal,
  })
  return done
}

/** Presses the power button, waits for the guest's end within the grace period, and removes the pod once KubeVirt knows how the machine ended. */
async function endPod(context: NodeContext, pod: Pod, record: MachineRecord | undefined): Promise<Outcome> {
  const overAt = Date.parse(pod.metadata.deletionTimestamp ?? '')
  const nowMs = context.now().getTime()
  if (record?.guest && !record.exit) {
    context.machines.stop(record, Math.max(0, overAt - nowMs))
    return again
  }
  const instance = instanceOf(context, pod)
  if (record?.guest && instance && !isFinalInstance(instance) && nowMs < overAt) return again
  await removePod(context, pod)
  return done
}

async function removePod(context: NodeContext, pod: Pod): Promise<void> {
  const options = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } }
  await context.clients.kubelet.request('DELETE', podPath(pod), { body: options, signal: context.signal }).catch((error: unknown) => {
    if (!isApiError(error, 404) && !isApiError(error, 409)) throw error
  })
}

function instanceOf({ instances }: NodeContext, pod: Pod): ReturnType<NodeContext['instances']['get']> {
  const name = pod.metadata.annotations['kubevirt.io/domain']
  const instance = name === undefined ? undefined : instances.get(`${pod.metadata.namespace}/${name}`)
  return instance?.metadata.uid === pod.metadata.labels['kubevirt.io/created-by'] ? instance : undefined
}
