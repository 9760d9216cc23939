import type { ConditionReason } from '../api/condition-reasons.ts'
import type { InstanceFacts, MachineCondition, MachineFacts } from './observed-object.ts'
import type { Problem } from './problem.ts'

/** KubeVirt's printable status for what does not mend itself, and our reason for it. */
const reasons: Readonly<Record<string, ConditionReason>> = {
  ErrImagePull: 'ImagePullFailed',
  ImagePullBackOff: 'ImagePullFailed',
  CrashLoopBackOff: 'CrashLoopBackOff',
  ErrorUnschedulable: 'Unschedulable',
  ErrorPvcNotFound: 'ClaimPending',
  DataVolumeError: 'MachineFailed',
  ErrorDataVolumeNotFound: 'MachineFailed',
}

/** What is wrong with a machine, in KubeVirt's own words; undefined while KubeVirt reports nothing that a person must mend. */
export function machineProblem(name: string, machine: MachineFacts, instance: InstanceFacts | undefined): Problem | undefined {
  const conditions = [...machine.conditions, ...(instance?.conditions ?? [])]
  const failure = conditions.find(({ type, status }) => type === 'Failure' && status === 'True')
  const reason = reasons[machine.printableStatus] ?? (failure === undefined ? undefined : 'MachineFailed')
  if (reason === undefined) return undefined
  const words = failure ?? explanation(conditions)
  const said = words === undefined ? '' : `: ${[words.reason, words.message].filter((part) => part !== '').join(': ')}`
  return { reason, message: `VirtualMachine ${name} is ${machine.printableStatus || 'failing'}${said}` }
}

const explaining = ['Synchronized', 'PodScheduled', 'Ready']

function explanation(conditions: readonly MachineCondition[]): MachineCondition | undefined {
  const failing = explaining.flatMap((type) => conditions.filter((condition) => condition.type === type && condition.status === 'False'))
  return failing.find(({ message }) => message !== '') ?? failing[0]
}
