import { parseQuantity } from './parse-quantity.ts'
import { isFinalPod, type Pod } from './pod.ts'

/** What a pod is weighed against. */
export interface SchedulingWorld {
  readonly nodeLabels: Readonly<Record<string, string>>
  readonly allocatable: Readonly<Record<string, string>>
  /** Pods that are bound to the node. */
  readonly boundPods: readonly Pod[]
  readonly requestsOf: RequestsOf
  /** Phase of a claim of the pod's namespace; undefined when there is none of that name. */
  readonly claimPhase: (claimName: string) => string | undefined
}

/** Why kube-scheduler would not place this pod on the only node, in its words; undefined when it would. Pure. */
export function schedulingProblem(pod: Pod, world: SchedulingWorld): string | undefined {
  const reason = claimProblem(pod, world) ?? nodeProblem(pod, world)
  return reason === undefined
    ? undefined
    : `0/1 nodes are available: ${reason}. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.`
}

function claimProblem(pod: Pod, { claimPhase }: SchedulingWorld): string | undefined {
  const claims = pod.spec.volumes.flatMap((volume) => (volume.persistentVolumeClaim ? [volume.persistentVolumeClaim.claimName] : []))
  const missing = claims.find((name) => claimPhase(name) === undefined)
  if (missing !== undefined) return `persistentvolumeclaim "${missing}" not found`
  return claims.some((name) => claimPhase(name) !== 'Bound') ? 'pod has unbound immediate PersistentVolumeClaims' : undefined
}

function nodeProblem(pod: Pod, { nodeLabels, allocatable, boundPods, requestsOf }: SchedulingWorld): string | undefined {
  const selected = Object.entries(pod.spec.nodeSelector).every(([key, value]) => nodeLabels[key] === value)
  if (!selected) return "1 node(s) didn't match Pod's node affinity/selector"
  const active = boundPods.filter((other) => !isFinalPod(other))
  const lacking = Object.entries(requestsOf(pod)).find(([resource, amount]) => {
    const used = active.reduce((sum, other) => sum + (requestsOf(other)[resource] ?? 0), 0)
    return used + amount > parseQuantity(allocatable[resource] ?? '0')
  })
  return lacking === undefined ? undefined : `1 Insufficient ${lacking[0]}`
}

/** What a pod asks for: the sum over its containers; init containers of ours end before and ask for less. */
export type RequestsOf = (pod: Pod) => Readonly<Record<string, number>>

/** Adds up each pod's requests once, however often it is asked: with thousands of pods every new one is weighed against all. */
export function createRequestsOf(): RequestsOf {
  const known = new WeakMap<Pod, Readonly<Record<string, number>>>()
  return (pod) => {
    const before = known.get(pod)
    if (before) return before
    const requests = sumOfRequests(pod)
    known.set(pod, requests)
    return requests
  }
}

function sumOfRequests(pod: Pod): Readonly<Record<string, number>> {
  const requests: Record<string, number> = { pods: 1 }
  for (const { resources } of pod.spec.containers) {
    for (const [resource, amount] of Object.entries(resources?.requests ?? {})) {
      requests[resource] = (requests[resource] ?? 0) + parseQuantity(amount)
    }
  }
  return requests
}
