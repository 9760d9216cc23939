import type { Ensured } from './ensure-object.ts'
import type { Problem } from './problem.ts'

/** What a number of `ensureObject` came to, together. */
export interface StepResult {
  readonly problems: readonly Problem[]
  readonly waiting: boolean
  readonly written: number
  /** Names of objects that had been changed or deleted by somebody and were put right. */
  readonly repaired: readonly string[]
}

export function summarise(results: readonly Ensured[]): StepResult {
  const written = results.filter((result) => result.state === 'written')
  return {
    problems: results.flatMap((result) => (result.state === 'refused' ? [result.problem] : [])),
    waiting: results.some((result) => result.state === 'waiting'),
    written: written.length,
    repaired: written.flatMap(({ observed, repaired }) => (repaired ? [`${observed.kind} ${observed.name}`] : [])),
  }
}

export function together(...steps: readonly StepResult[]): StepResult {
  return {
    problems: steps.flatMap((step) => step.problems),
    waiting: steps.some((step) => step.waiting),
    written: steps.reduce((sum, step) => sum + step.written, 0),
    repaired: steps.flatMap((step) => step.repaired),
  }
}
