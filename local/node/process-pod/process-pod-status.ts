import type { Pod } from '../pod.ts'
import type { ContainerState, RunningContainer } from './running-container.ts'

/** A container's facts for the status. */
export type ContainerFacts = Pick<RunningContainer, 'spec' | 'state' | 'lastState' | 'isReady' | 'restarts'>

/** What a kubelet would report of a pod whose containers are kept running. Pure. */
export function processPodStatus(pod: Pod, addresses: readonly string[], containers: readonly ContainerFacts[], now: Date): object {
  const time = now.toISOString()
  const ready = containers.length > 0 && containers.every(({ isReady }) => isReady)
  const started = containers.some(({ state, lastState }) => state.kind !== 'waiting' || lastState !== undefined)
  return {
    phase: started ? 'Running' : 'Pending',
    startTime: pod.status.startTime ?? time,
    ...(addresses.length > 0 ? { podIP: addresses[0], podIPs: addresses.map((ip) => ({ ip })) } : {}),
    conditions: [
      condition(pod, 'PodReadyToStartContainers', addresses.length > 0, time),
      condition(pod, 'Initialized', true, time),
      condition(pod, 'ContainersReady', ready, time),
      condition(pod, 'Ready', ready, time),
      condition(pod, 'PodScheduled', true, time),
    ],
    containerStatuses: containers.map((container) => ({
      name: container.spec.name,
      image: container.spec.image,
      imageID: container.spec.image,
      ready: container.isReady,
      started: container.state.kind === 'running',
      restartCount: container.restarts,
      state: stateOf(container.state),
      ...(container.lastState ? { lastState: stateOf(container.lastState) } : {}),
    })),
  }
}

/** The status of a pod that cannot be started yet. Pure. */
export function waitingPodStatus(pod: Pod, reason: string, message: string, now: Date): object {
  const status = processPodStatus(pod, [], [], now)
  const waiting = ({ name, image }: { name: string; image: string }): object => ({
    name,
    image,
    imageID: '',
    ready: false,
    restartCount: 0,
    state: { waiting: { reason, message } },
  })
  return { ...status, containerStatuses: pod.spec.containers.map(waiting) }
}

function stateOf(state: ContainerState): object {
  switch (state.kind) {
    case 'waiting':
      return { waiting: { reason: state.reason, message: state.message } }
    case 'running':
      return { running: { startedAt: wholeSeconds(state.startedAt) } }
    case 'terminated': {
      const reason = state.exitCode === 0 ? 'Completed' : 'Error'
      const times = { startedAt: wholeSeconds(state.startedAt), finishedAt: wholeSeconds(state.finishedAt) }
      return { terminated: { exitCode: state.exitCode, reason, ...times } }
    }
    default:
      return state satisfies never
  }
}

const wholeSeconds = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z')

function condition(pod: Pod, type: string, isTrue: boolean, time: string): object {
  const status = isTrue ? 'True' : 'False'
  const before = pod.status.conditions.find((one) => one.type === type)
  const lastTransitionTime = before?.status === status ? (before['lastTransitionTime'] ?? time) : time
  return { type, status, lastTransitionTime }
}
