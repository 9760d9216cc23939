import type { MoltagentStatus } from '../api/moltagent-status.ts'
import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { type Role, roles } from '../api/roles.ts'
import type { Caches } from './caches.ts'
import { machineProblem } from './machine-problem.ts'
import type { InstanceFacts, MachineFacts } from './observed-object.ts'
import type { Problem } from './problem.ts'

export interface ObservedMachine {
  readonly role: Role
  readonly name: string
  readonly exists: boolean
  readonly halted: boolean
  readonly ready: boolean
  readonly state: string
  readonly image: string | undefined
  readonly address: string | undefined
  readonly problem: Problem | undefined
}

/** What there is of the three machines now, as KubeVirt tells it. */
export function observedMachines(caches: Caches, moltagent: Moltagent): readonly ObservedMachine[] {
  const { namespace, name, uid } = moltagent.metadata
  return roles.map((role) => {
    const machineName = objectNames.machine(name, role)
    const machine = caches.machines.get(`${namespace}/${machineName}`)
    const ours = machine !== undefined && (machine.instanceUid === uid || machine.ownerUids.includes(uid))
    const instance = caches.instances.get(`${namespace}/${machineName}`)
    const facts = ours && machine.facts.kind === 'machine' ? machine.facts : undefined
    const running = ours && instance?.facts.kind === 'instance' ? instance.facts : undefined
    return describe(role, machineName, facts, running)
  })
}

function describe(role: Role, name: string, machine: MachineFacts | undefined, instance: InstanceFacts | undefined): ObservedMachine {
  const state = machine?.printableStatus || 'Starting'
  return {
    role,
    name,
    exists: machine !== undefined,
    halted: state === 'Stopped' && instance === undefined,
    ready: instance?.phase === 'Running' && instance.ready,
    state: machine === undefined ? 'Missing' : state,
    image: instance?.image,
    address: instance?.address,
    problem: machine === undefined ? undefined : machineProblem(name, machine, instance),
  }
}

type MachineStatus = NonNullable<NonNullable<MoltagentStatus['vms']>[Role]>

/** `status.vms.<role>`: `since` moves only when the state does. */
export function machineStatus(machine: ObservedMachine, previous: MachineStatus | undefined, now: Date): MachineStatus {
  const since = previous?.state === machine.state ? previous.since : undefined
  return {
    ...(previous?.variant !== undefined && { variant: previous.variant }),
    ...(previous?.isolation !== undefined && { isolation: previous.isolation }),
    state: machine.state,
    ...(machine.image !== undefined && { image: machine.image }),
    ...(machine.address !== undefined && { ip: machine.address }),
    since: since ?? now.toISOString(),
  }
}
