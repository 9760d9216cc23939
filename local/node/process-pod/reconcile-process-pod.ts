import { join } from 'node:path'
import { isApiError } from '../../../operator/cluster/api-error.ts'
import type { Outcome } from '../../../operator/controller/work.ts'
import { strategicMergePatch } from '../../kubernetes/client.ts'
import { retryMs, type NodeContext } from '../node-context.ts'
import { podKey, podPath, podSchema, type Pod } from '../pod.ts'
import { recordEvent } from '../record-event.ts'
import { volumeFolder } from '../volume-folder.ts'
import type { ImageFiles } from './container-command.ts'
import { NotThereYet } from './pod-data.ts'
import { startProcessPod, type ProcessPod } from './process-pod.ts'
import { processPodStatus, waitingPodStatus } from './process-pod-status.ts'

const done: Outcome = { requeueAfterMs: undefined }
const again: Outcome = { requeueAfterMs: retryMs }

/** What the node needs to run pods of our own image. */
export interface ProcessPods {
  /** The image's name without tag and digest: nothing else can be run. */
  readonly repository: string
  readonly image: ImageFiles
  readonly apiServer: { readonly host: string; readonly port: string }
  readonly canChangeUser: boolean
  readonly podsFolder: string
  readonly logsFolder: string
  /** By the pod's uid. */
  readonly running: Map<string, ProcessPod>
}

/** What a kubelet does for a pod that is no machine's. */
export async function reconcileProcessPod(context: NodeContext, pod: Pod, requeue: (key: string) => void): Promise<Outcome> {
  const { processPods } = context
  const running = processPods?.running.get(pod.metadata.uid)
  if (pod.metadata.deletionTimestamp !== undefined) return endPod(context, pod, running)
  if (running) return report(context, pod, processPodStatus(pod, running.attachment.addresses, running.containers, context.now()))
  const foreign = pod.spec.containers.find(({ image }) => processPods === undefined || imageRepository(image) !== processPods.repository)
  if (processPods === undefined || foreign) {
    const message = `this node runs virtual machines${processPods ? ` and ${processPods.repository}` : ''} only, not ${foreign?.image ?? ''}`
    return report(context, pod, waitingPodStatus(pod, 'ErrImagePull', message, context.now()))
  }
  return startPod(context, processPods, pod, () => requeue(podKey(pod)))
}

const imageRepository = (image: string): string => (image.split('@')[0] ?? '').replace(/:[^/]*$/, '')

async function startPod(context: NodeContext, processPods: ProcessPods, pod: Pod, onChange: () => void): Promise<Outcome> {
  const { addresses, clients, now, signal } = context
  const attachment = await addresses.attach(pod.metadata.uid)
  const { netns } = attachment
  if (netns === undefined) throw new Error(`starting pod ${podKey(pod)}: its network has no namespace`)
  try {
    const process = await startProcessPod({
      ...processPods,
      pod,
      attachment: { ...attachment, netns },
      kubelet: clients.kubelet,
      claimFolder: (claimName) => claimPlace(context, pod, claimName),
      now,
      onChange,
      signal,
    })
    processPods.running.set(pod.metadata.uid, process)
    return report(context, pod, processPodStatus(pod, attachment.addresses, process.containers, now()))
  } catch (error) {
    if (!(error instanceof NotThereYet)) throw error
    const { namespace, name, uid } = pod.metadata
    const about = { apiVersion: 'v1', kind: 'Pod', namespace, name, uid }
    const message = `MountVolume.SetUp failed : ${error.message}`
    await recordEvent(clients.kubelet, { about, type: 'Warning', reason: 'FailedMount', message, component: 'kubelet' }, now())
    await report(context, pod, waitingPodStatus(pod, 'ContainerCreating', '', now()))
    return again
  }
}

function claimPlace(context: NodeContext, pod: Pod, claimName: string): string {
  const volume = context.claims.get(`${pod.metadata.namespace}/${claimName}`)?.spec.volumeName
  if (volume === undefined) throw new NotThereYet(`claim ${claimName} is not bound`)
  return join(volumeFolder(context.volumesFolder, volume))
}

async function endPod(context: NodeContext, pod: Pod, running: ProcessPod | undefined): Promise<Outcome> {
  const graceMs = Math.max(0, Date.parse(pod.metadata.deletionTimestamp ?? '') - context.now().getTime())
  await running?.stop(graceMs)
  context.processPods?.running.delete(pod.metadata.uid)
  await context.addresses.detach(pod.metadata.uid)
  const body = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } }
  await context.clients.kubelet.request('DELETE', podPath(pod), { body, signal: context.signal }).catch((error: unknown) => {
    if (!isApiError(error, 404) && !isApiError(error, 409)) throw error
  })
  return done
}

/** Writes the status unless it tells the same already. */
async function report(context: NodeContext, pod: Pod, status: object): Promise<Outcome> {
  if (tellingParts(podSchema.shape.status.parse(status)) === tellingParts(pod.status)) return done
  const body = { metadata: { uid: pod.metadata.uid }, status }
  await context.clients.kubelet.request('PATCH', `${podPath(pod)}/status`, {
    body,
    contentType: strategicMergePatch,
    signal: context.signal,
  })
  return done
}

/** Equal for statuses that tell the same, whatever their times. */
function tellingParts({ phase, podIP, conditions, containerStatuses }: Pod['status']): string {
  const ready = conditions.filter(({ type }) => type === 'Ready').map(({ status }) => status)
  const containers = containerStatuses.map(({ name, ready: isReady, restartCount, state }) => [
    name,
    isReady,
    restartCount,
    kindOf(state),
    state?.waiting?.reason ?? '',
  ])
  return JSON.stringify([phase, podIP ?? '', ready, containers])
}

const kindOf = (state: object | undefined): string =>
  Object.keys(state ?? {})
    .sort()
    .join(' ')
