import type { ConditionReason } from '../api/condition-reasons.ts'

/** Something a person has to mend before the instance can go on. What runs keeps running. */
export interface Problem {
  readonly reason: ConditionReason
  /** A sentence: what is wrong with what, and what to do. */
  readonly message: string
}
