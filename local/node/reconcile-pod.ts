import type { Outcome } from '../../operator/controller/work.ts'
import type { NodeContext } from './node-context.ts'
import { nodeName } from './node-object.ts'
import { isFinalPod, type Pod } from './pod.ts'
import { reconcileProcessPod } from './process-pod/reconcile-process-pod.ts'
import { reconcileMachinePod } from './reconcile-machine-pod.ts'
import { schedulePod } from './schedule-pod.ts'

const done: Outcome = { requeueAfterMs: undefined }

/** Everything the node does for the pod of this key, whatever its kind; and what it does when the pod is gone. */
export async function reconcilePod(context: NodeContext, key: string, requeue: (key: string) => void): Promise<Outcome> {
  const pod = context.pods.get(key)
  await removeGuestsOfOthers(context, key, pod)
  if (pod === undefined) await removeOrphans(context)
  if (pod === undefined) return done
  if (pod.spec.nodeName === undefined) return isFinalPod(pod) ? done : schedulePod(context, pod)
  if (pod.spec.nodeName !== nodeName) return done
  return isMachinePod(pod) ? reconcileMachinePod(context, pod) : reconcileProcessPod(context, pod, requeue)
}

/** Processes of pods that were removed at once, without grace. */
async function removeOrphans({ pods, processPods, addresses }: NodeContext): Promise<void> {
  if (processPods === undefined) return
  const known = new Set([...pods.values()].map(({ metadata }) => metadata.uid))
  for (const [uid, orphan] of processPods.running) {
    if (known.has(uid)) continue
    processPods.running.delete(uid)
    await orphan.stop(0)
    await addresses.detach(uid)
  }
}

const isMachinePod = (pod: Pod): boolean => pod.metadata.labels['kubevirt.io'] === 'virt-launcher'

/** A pod that was removed at once, without grace, takes its guest with it, also when another pod has its name by now. */
async function removeGuestsOfOthers({ machines, addresses }: NodeContext, key: string, pod: Pod | undefined): Promise<void> {
  for (const record of machines.all()) {
    if (record.podKey !== key || record.podUid === pod?.metadata.uid) continue
    record.guest?.force()
    machines.forget(record.podUid)
    await addresses.detach(record.podUid)
  }
}
