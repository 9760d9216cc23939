import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { type Role, roles } from '../api/roles.ts'
import { kinds } from '../cluster/kinds.ts'
import type { MachineImages } from '../desired/facts.ts'
import { virtualMachines } from '../desired/machines/virtual-machines.ts'
import type { ServiceAddresses } from '../desired/service-addresses.ts'
import type { VirtualMachine } from '../desired/virtual-machine-object.ts'
import { asObject } from './as-object.ts'
import type { BootRevisions } from './boot-step.ts'
import type { ReconcileContext } from './context.ts'
import { ensureObject } from './ensure-object.ts'
import { isAppliedAs, rememberForm } from './is-current.ts'
import { decideRoll, type RollDecision, type RunningMachine } from './rolling-restart.ts'
import { summarise, type StepResult } from './step-result.ts'
import { templateRevision, withTemplateRevision } from './template-revision.ts'

export interface MachinesRequest {
  readonly images: MachineImages
  readonly serviceAddresses: ServiceAddresses
  readonly bootRevisions: BootRevisions
  readonly halted: readonly Role[]
}

export interface MachinesResult extends StepResult {
  readonly roll: RollDecision
}

/** The three machines at once, and then at most one restart, so that all come to run what is wanted. */
export async function machinesStep(context: ReconcileContext, moltagent: Moltagent, request: MachinesRequest): Promise<MachinesResult> {
  const wanted = virtualMachines({ moltagent, ...request })
  const results = await Promise.all(
    wanted.map(async (machine) => {
      const object = asObject(withTemplateRevision(machine))
      const ensured = await ensureObject(context, moltagent, {
        object,
        store: context.caches.machines,
        isCurrent: isAppliedAs(context, object),
      })
      rememberForm(context, object, ensured)
      return ensured
    }),
  )
  const step = summarise(results)
  const roll = decideRoll(
    roles.flatMap((role, index) => runningMachine(context, moltagent, { role, wanted: wanted[index], halted: request.halted })),
  )
  // A restart before the machine has its new template would start the old one again.
  if (roll.action === 'restart' && step.problems.length === 0 && !step.waiting) await restart(context, moltagent, roll.role)
  return { ...step, roll }
}

interface Examined {
  readonly role: Role
  readonly wanted: VirtualMachine | undefined
  readonly halted: readonly Role[]
}

function runningMachine(context: ReconcileContext, moltagent: Moltagent, { role, wanted, halted }: Examined): readonly RunningMachine[] {
  const { namespace, name } = moltagent.metadata
  const observed = context.caches.instances.get(`${namespace}/${objectNames.machine(name, role)}`)
  if (wanted === undefined) return []
  const isHalted = halted.includes(role)
  if (observed?.facts.kind !== 'instance') return [{ role, running: undefined, halted: isHalted }]
  const { facts, deleting } = observed
  const ended = facts.phase === 'Succeeded' || facts.phase === 'Failed'
  const outdated = facts.templateRevision !== templateRevision(wanted)
  return [{ role, halted: isHalted, running: { outdated, ready: facts.ready && !ended, leaving: deleting || ended } }]
}

/** KubeVirt starts a machine that is to run again, from its present template. */
async function restart(context: ReconcileContext, moltagent: Moltagent, role: Role): Promise<void> {
  const { namespace, name } = moltagent.metadata
  const observed = context.caches.instances.get(`${namespace}/${objectNames.machine(name, role)}`)
  if (observed === undefined) return
  await context.cluster.remove(kinds.virtualMachineInstance, namespace, observed.name, { uid: observed.uid })
  const message = `restarting ${observed.name}: it runs an older image or configuration than the resource asks for`
  context.notify({ moltagent, type: 'Normal', reason: 'RollingRestart', action: 'Restart', message })
}
