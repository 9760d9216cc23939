import type { GuestExit } from './guest.ts'
import type { MachineInstance } from './machine-instance.ts'
import type { MachineRecord } from './machine-registry.ts'

/** What virt-handler writes of a machine whose guest runs. Pure. */
export function runningStatus(instance: MachineInstance, record: MachineRecord, now: Date): Readonly<Record<string, unknown>> {
  const addresses = record.attachment.addresses
  const [first] = instance.spec.domain.devices.interfaces
  const others = instance.status.conditions.filter(({ type }) => type !== 'AgentConnected')
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z')
  const agent = { type: 'AgentConnected', status: 'True', lastProbeTime: time, lastTransitionTime: time }
  return {
    phase: 'Running',
    phaseTransitionTimestamps: withTransition(instance, 'Running', now),
    conditions: record.agentConnected ? [...others, agent] : others,
    interfaces: [
      {
        name: first?.name ?? 'default',
        mac: first?.macAddress ?? hardwareAddress(record.podUid),
        ipAddress: addresses[0],
        ipAddresses: addresses,
        infoSource: record.agentConnected ? 'domain, guest-agent' : 'domain',
        queueCount: 1,
      },
    ],
  }
}

/** What virt-handler writes of a machine that has ended. Pure. */
export function endedStatus(instance: MachineInstance, exit: GuestExit, now: Date): Readonly<Record<string, unknown>> {
  const phase = exit.outcome === 'failed' ? 'Failed' : 'Succeeded'
  const reason = exit.outcome === 'failed' ? { reason: exit.reason } : {}
  return { phase, phaseTransitionTimestamps: withTransition(instance, phase, now), ...reason }
}

/** KubeVirt tells by these whether a machine that has ended ever ran, or is to be started again more slowly each time. */
function withTransition({ status }: MachineInstance, phase: string, now: Date): readonly object[] {
  const known = status.phaseTransitionTimestamps
  if (known.some((transition) => transition.phase === phase)) return known
  return [...known, { phase, phaseTransitionTimestamp: now.toISOString().replace(/\.\d+Z$/, 'Z') }]
}

/** The pod's network makes one up; here it follows from the pod's uid. The first byte says: locally administered. */
function hardwareAddress(podUid: string): string {
  const digits = podUid.replaceAll('-', '').slice(0, 10)
  return ['02', ...(digits.match(/../g) ?? [])].join(':')
}
