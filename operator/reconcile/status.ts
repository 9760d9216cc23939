import type { Condition } from '../api/condition.ts'
import type { ConditionReason } from '../api/condition-reasons.ts'
import type { ConditionType } from '../api/condition-types.ts'
import type { MoltagentStatus } from '../api/moltagent-status.ts'
import type { Moltagent } from '../api/moltagent.ts'
import type { Phase } from '../api/phases.ts'
import { type Role, roles } from '../api/roles.ts'
import type { ServiceAddresses } from '../desired/service-addresses.ts'
import { machineStatus, type ObservedMachine } from './observed-machines.ts'
import type { Problem } from './problem.ts'
import type { RollDecision } from './rolling-restart.ts'

/** What one reconcile came to. */
export interface Report {
  readonly policies: { readonly state: 'stored' | 'waiting' } | { readonly state: 'held'; readonly problem: Problem }
  readonly problems: readonly Problem[]
  /** True while something is still to be made, or in somebody else's way. */
  readonly waiting: boolean
  readonly roll: RollDecision
  readonly machines: readonly ObservedMachine[]
  readonly services: ServiceAddresses | undefined
  readonly deleting: boolean
}

interface Verdict {
  readonly type: ConditionType
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: ConditionReason
  readonly message: string
}

/** What must be True before the instance is Ready. Those nobody has reported yet count as not. */
const needed: readonly ConditionType[] = [
  'NetworkPoliciesStored',
  'NextcloudReady',
  'OllamaReady',
  'AgentReady',
  'Provisioned',
  'NetworkIsolated',
  'Reporting',
]

const readyTypes: Readonly<Record<Role, ConditionType>> = { nextcloud: 'NextcloudReady', agent: 'AgentReady', ollama: 'OllamaReady' }

/**
 * The operator's part of status after a reconcile: without `agent`, which is the gateway's. Conditions of other parts are kept as they
 * are. A transition time moves only when the status of its condition does, so that nothing changes where nothing happened.
 */
export function computeStatus(moltagent: Moltagent, report: Report, now: Date): MoltagentStatus {
  const { agent: _agent, ...previous } = moltagent.status
  const stalled = firstProblem(report)
  const own = [...machineVerdicts(moltagent, report), policiesVerdict(report), reconcilingVerdict(report), stalledVerdict(stalled)]
  const others = (previous.conditions ?? []).filter(({ type }) => type !== 'Ready' && own.every((verdict) => verdict.type !== type))
  const ready = readyVerdict(moltagent, [...own, ...others])
  const conditions = [ready, ...own].map((verdict) => toCondition(moltagent, verdict, now))
  return {
    ...previous,
    observedGeneration: moltagent.metadata.generation,
    phase: phaseOf(moltagent, report, ready.status === 'True'),
    conditions: [...conditions, ...others].toSorted((left, right) => (left.type < right.type ? -1 : 1)),
    ...(report.services !== undefined && { services: report.services }),
    ...egressOf(moltagent),
    vms: Object.fromEntries(report.machines.map((machine) => [machine.role, machineStatus(machine, previous.vms?.[machine.role], now)])),
  }
}

function egressOf(moltagent: Moltagent): Pick<MoltagentStatus, 'egress'> {
  return { egress: moltagent.spec.nextcloud.egress.map(({ cidr, port }) => `${cidr}:${port}`) }
}

function toCondition(moltagent: Moltagent, verdict: Verdict, now: Date): Condition {
  const previous = moltagent.status.conditions?.find(({ type }) => type === verdict.type)
  const lastTransitionTime = previous?.status === verdict.status ? previous.lastTransitionTime : now.toISOString()
  return { ...verdict, message: verdict.message.slice(0, 4096), observedGeneration: moltagent.metadata.generation, lastTransitionTime }
}

function firstProblem(report: Report): Problem | undefined {
  const held = report.policies.state === 'held' ? [report.policies.problem] : []
  const machines = report.machines.flatMap(({ problem }) => (problem === undefined ? [] : [problem]))
  const [first, ...more] = [...held, ...report.problems, ...machines]
  if (first === undefined) return undefined
  return { reason: first.reason, message: [first, ...more].map(({ message }) => message).join('; ') }
}

function machineVerdicts(moltagent: Moltagent, report: Report): readonly Verdict[] {
  return roles.map((role) => {
    const type = readyTypes[role]
    const machine = report.machines.find((candidate) => candidate.role === role)
    if (machine === undefined || !machine.exists)
      return { type, status: 'False', reason: 'MachineMissing', message: 'there is no machine yet' }
    const { name, problem, state } = machine
    if (problem !== undefined) return { type, status: 'False', reason: problem.reason, message: problem.message }
    if (machine.ready) return { type, status: 'True', reason: 'MachineReady', message: `${name} runs and its guest answers` }
    if (moltagent.spec.suspend) return { type, status: 'False', reason: 'MachineStopped', message: `${name} is ${state}` }
    return { type, status: 'False', reason: 'MachineStarting', message: `${name} is ${state}` }
  })
}

function policiesVerdict({ policies }: Report): Verdict {
  const type = 'NetworkPoliciesStored'
  switch (policies.state) {
    case 'stored':
      return { type, status: 'True', reason: 'Stored', message: 'all policies are stored as meant, and no other policy widens them' }
    case 'waiting':
      return { type, status: 'False', reason: 'NotStored', message: 'an earlier policy of this name is still being deleted' }
    case 'held':
      return { type, status: 'False', reason: policies.problem.reason, message: policies.problem.message }
    default:
      return policies satisfies never
  }
}

function reconcilingVerdict({ deleting, waiting, roll }: Report): Verdict {
  const type = 'Reconciling'
  if (deleting) return { type, status: 'True', reason: 'Deleting', message: 'machines are stopped first, policies go last' }
  if (roll.action !== 'none') {
    const next = roll.action === 'restart' ? `${roll.role} is restarted` : roll.reason
    return {
      type,
      status: 'True',
      reason: 'RollingRestart',
      message: `to be restarted, one at a time: ${roll.outdated.join(', ')}; ${next}`,
    }
  }
  if (waiting) return { type, status: 'True', reason: 'Applying', message: 'not everything is made yet' }
  return { type, status: 'False', reason: 'Settled', message: 'everything is as wanted' }
}

function stalledVerdict(problem: Problem | undefined): Verdict {
  if (problem === undefined)
    return { type: 'Stalled', status: 'False', reason: 'NotStalled', message: 'nothing has to be mended by a person' }
  return { type: 'Stalled', status: 'True', ...problem }
}

function readyVerdict(moltagent: Moltagent, conditions: readonly { readonly type: string; readonly status: string }[]): Verdict {
  if (moltagent.spec.suspend) return { type: 'Ready', status: 'False', reason: 'Suspended', message: 'spec.suspend is true' }
  const lacking = needed.filter((type) => conditions.every((condition) => condition.type !== type || condition.status !== 'True'))
  if (lacking.length === 0) return { type: 'Ready', status: 'True', reason: 'AllReady', message: 'the assistant works' }
  return { type: 'Ready', status: 'False', reason: 'NotReady', message: `not yet: ${lacking.join(', ')}` }
}

function phaseOf(moltagent: Moltagent, report: Report, ready: boolean): Phase {
  if (moltagent.status.revocation !== undefined) return 'Revoked'
  if (firstProblem(report) !== undefined) return 'Failed'
  if (moltagent.spec.suspend) return 'Suspended'
  if (ready) return 'Running'
  return report.machines.every(({ exists }) => exists) ? 'Provisioning' : 'Pending'
}
