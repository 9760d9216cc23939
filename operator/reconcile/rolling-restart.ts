import type { Role } from '../api/roles.ts'

export interface RunningMachine {
  readonly role: Role
  /** Undefined: nothing runs. */
  readonly running: { readonly outdated: boolean; readonly ready: boolean; readonly leaving: boolean } | undefined
  readonly halted: boolean
}

export type RollDecision =
  | { readonly action: 'none' }
  | { readonly action: 'wait'; readonly outdated: readonly Role[]; readonly reason: string }
  | { readonly action: 'restart'; readonly role: Role; readonly outdated: readonly Role[] }

/** What others need comes first; the agent, which needs both, last. */
const order: readonly Role[] = ['ollama', 'nextcloud', 'agent']

/**
 * Which machine to restart next so that all run what is wanted: one at a time, and the next only when the others are ready. An outdated
 * machine that is not ready anyway comes first: nothing is lost by its restart, and the new template may be what mends it.
 */
export function decideRoll(machines: readonly RunningMachine[]): RollDecision {
  const wanted = order.flatMap((role) => machines.filter((machine) => machine.role === role && !machine.halted))
  const outdated = wanted.filter(({ running }) => running?.outdated === true)
  const roles = outdated.map(({ role }) => role)
  if (outdated.length === 0) return { action: 'none' }
  const restarting = wanted.find(({ running }) => running === undefined || running.leaving || (!running.outdated && !running.ready))
  if (restarting !== undefined) return { action: 'wait', outdated: roles, reason: `${restarting.role} is not ready yet` }
  const next = outdated.find(({ running }) => running?.ready === false) ?? outdated[0]
  return next === undefined ? { action: 'none' } : { action: 'restart', role: next.role, outdated: roles }
}
