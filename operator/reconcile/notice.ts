import type { Moltagent } from '../api/moltagent.ts'

/** Something a person should see in `kubectl describe`. */
export interface Notice {
  readonly moltagent: Moltagent
  readonly type: 'Normal' | 'Warning'
  /** CamelCase. */
  readonly reason: string
  /** CamelCase: what was being done. */
  readonly action: string
  readonly message: string
}
