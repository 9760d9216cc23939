import type { Container, Pod } from './pod.ts'

/** How far a virt-launcher pod has come. */
export type MachinePodSituation =
  | { readonly state: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly state: 'running'; readonly addresses: readonly string[]; readonly agentConnected: boolean }
  | { readonly state: 'ended'; readonly failed: boolean; readonly reason: string }

/** The status that a kubelet would report. Pure. */
export function machinePodStatus(pod: Pod, situation: MachinePodSituation, now: Date): object {
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z')
  const started = situation.state === 'running'
  const containerStatuses = pod.spec.containers.map((container) => containerStatus(container, situation, time))
  const containersReady = containerStatuses.every((status) => status.ready)
  return {
    phase: phaseOf(situation),
    startTime: pod.status.startTime ?? time,
    ...(situation.state === 'ended' ? { reason: situation.reason } : {}),
    ...(started ? { podIP: situation.addresses[0], podIPs: situation.addresses.map((ip) => ({ ip })) } : {}),
    conditions: [
      condition(pod, 'PodReadyToStartContainers', started, time),
      condition(pod, 'Initialized', situation.state !== 'waiting', time),
      condition(pod, 'ContainersReady', containersReady, time),
      condition(pod, 'Ready', containersReady && gatesAreOpen(pod), time),
      condition(pod, 'PodScheduled', true, time),
    ],
    initContainerStatuses: pod.spec.initContainers.map((container) => initContainerStatus(container, situation, time)),
    containerStatuses,
  }
}

/** Equal for statuses that tell the same, whatever their times: so that nothing is written twice. */
export function tellingParts(status: Pod['status']): string {
  const { phase, podIP, conditions, containerStatuses } = status
  return JSON.stringify([
    phase,
    podIP ?? '',
    conditions
      .filter(({ type }) => type === 'Ready' || type === 'ContainersReady')
      .map(({ type, status }) => `${type}=${status}`)
      .sort(),
    containerStatuses.map(({ name, ready, state }) => `${name} ${ready} ${state?.waiting?.reason ?? ''}`).sort(),
  ])
}

function phaseOf(situation: MachinePodSituation): string {
  if (situation.state === 'waiting') return 'Pending'
  if (situation.state === 'running') return 'Running'
  return situation.failed ? 'Failed' : 'Succeeded'
}

const gatesAreOpen = (pod: Pod): boolean =>
  pod.spec.readinessGates.every(({ conditionType }) =>
    pod.status.conditions.some(({ type, status }) => type === conditionType && status === 'True'),
  )

function condition(pod: Pod, type: string, isTrue: boolean, time: string): object {
  const status = isTrue ? 'True' : 'False'
  const before = pod.status.conditions.find((one) => one.type === type)
  const lastTransitionTime = before?.status === status ? (before['lastTransitionTime'] ?? time) : time
  return { type, status, lastTransitionTime }
}

interface ContainerStatus {
  readonly name: string
  readonly image: string
  readonly imageID: string
  readonly restartCount: number
  readonly ready: boolean
  readonly started: boolean
  readonly state: object
}

function containerStatus(container: Container, situation: MachinePodSituation, time: string): ContainerStatus {
  const waitsForAgent = container.readinessProbe !== undefined
  const ready = situation.state === 'running' && (!waitsForAgent || situation.agentConnected)
  const facts = { name: container.name, image: container.image, imageID: container.image, restartCount: 0 }
  return { ...facts, ready, started: situation.state === 'running', state: containerState(situation, time) }
}

function containerState(situation: MachinePodSituation, time: string): object {
  switch (situation.state) {
    case 'waiting':
      return { waiting: { reason: situation.reason, message: situation.message } }
    case 'running':
      return { running: { startedAt: time } }
    case 'ended':
      return {
        terminated: {
          exitCode: situation.failed ? 1 : 0,
          reason: situation.failed ? 'Error' : 'Completed',
          message: situation.reason,
          finishedAt: time,
        },
      }
    default:
      return situation satisfies never
  }
}

/** One that is restarted always is a sidecar: it runs as long as the others. */
function initContainerStatus(container: Container, situation: MachinePodSituation, time: string): ContainerStatus {
  const facts = { name: container.name, image: container.image, imageID: container.image, restartCount: 0 }
  if (situation.state === 'waiting') return { ...facts, ready: false, started: false, state: { waiting: { reason: 'PodInitializing' } } }
  if (container['restartPolicy'] === 'Always') {
    return {
      ...facts,
      ready: situation.state === 'running',
      started: situation.state === 'running',
      state: containerState(situation, time),
    }
  }
  return {
    ...facts,
    ready: true,
    started: false,
    state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: time, finishedAt: time } },
  }
}
