import type { Outcome } from '../../operator/controller/work.ts'
import { isApiError } from '../../operator/cluster/api-error.ts'
import { strategicMergePatch } from '../kubernetes/client.ts'
import { retryMs, type NodeContext } from './node-context.ts'
import { nodeName } from './node-object.ts'
import { podPath, type Pod } from './pod.ts'
import { recordEvent } from './record-event.ts'
import { schedulingProblem } from './scheduling-problem.ts'

const done: Outcome = { requeueAfterMs: undefined }

/** What kube-scheduler does: binds the pod to the node, or says on the pod why not. */
export async function schedulePod(context: NodeContext, pod: Pod): Promise<Outcome> {
  if (pod.spec.schedulingGates.length > 0) return done
  const { namespace } = pod.metadata
  const problem = schedulingProblem(pod, {
    nodeLabels: context.facts.labels,
    allocatable: context.facts.capacity,
    boundPods: [...context.pods.values()].filter((other) => other.spec.nodeName === nodeName),
    requestsOf: context.requestsOf,
    claimPhase: (claimName) => context.claims.get(`${namespace}/${claimName}`)?.status.phase,
  })
  if (problem === undefined) {
    await bind(context, pod)
    return done
  }
  const known = pod.status.conditions.some(
    ({ type, status, message }) => type === 'PodScheduled' && status === 'False' && message === problem,
  )
  if (!known) await tellUnschedulable(context, pod, problem)
  return { requeueAfterMs: retryMs }
}

async function bind({ clients, signal }: NodeContext, pod: Pod): Promise<void> {
  const { namespace, name, uid } = pod.metadata
  const body = { metadata: { namespace, name, uid }, target: { apiVersion: 'v1', kind: 'Node', name: nodeName } }
  await clients.scheduler.request('POST', `${podPath(pod)}/binding`, { body, signal }).catch((error: unknown) => {
    // Bound a moment ago, or gone: the watch is about to say so.
    if (!isApiError(error, 409) && !isApiError(error, 404)) throw error
  })
}

async function tellUnschedulable({ clients, now, signal }: NodeContext, pod: Pod, message: string): Promise<void> {
  const { namespace, name, uid } = pod.metadata
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: now().toISOString() }
  const body = { status: { conditions: [condition] } }
  await clients.scheduler.request('PATCH', `${podPath(pod)}/status`, { body, contentType: strategicMergePatch, signal })
  const about = { apiVersion: 'v1', kind: 'Pod', namespace, name, uid }
  await recordEvent(
    clients.scheduler,
    { about, type: 'Warning', reason: 'FailedScheduling', message, component: 'default-scheduler' },
    now(),
  )
}
