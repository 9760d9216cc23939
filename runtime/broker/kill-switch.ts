/** Why the broker ended itself, and the exit code that its unit sees: none of them is answered by a restart. */
export const endings = {
  revoked: 81,
  'account-disabled': 82,
  'session-lapsed': 83,
  'audit-rolled-back': 84,
  'enrolment-refused': 85,
} as const
export type Ending = keyof typeof endings

export interface KillSwitch {
  /** Aborted once it is pulled: everything under way hangs on it. */
  readonly signal: AbortSignal
  /** Only the first reason counts. */
  readonly pull: (ending: Ending) => void
  readonly pulled: () => Ending | undefined
}

/** `onPull` runs at most once, after everything that listens to `signal` was told. */
export function createKillSwitch(onPull: (ending: Ending) => void): KillSwitch {
  const controller = new AbortController()
  let reason: Ending | undefined
  return {
    signal: controller.signal,
    pulled: () => reason,
    pull: (ending) => {
      if (reason !== undefined) return
      reason = ending
      controller.abort()
      onPull(ending)
    },
  }
}
