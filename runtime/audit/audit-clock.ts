/** The two clocks that records carry, and a way to be called again. */
export interface AuditClock {
  now(): Date
  /** Milliseconds of the machine's monotonic clock; comparable within one boot. */
  monotonicMs(): number
  /** Calls `act` every `periodMs` until the returned function is called. Keeps no process alive. */
  every(periodMs: number, act: () => void): () => void
}

/** The machine's own clocks. `performance.now` would begin anew with each process: records of one boot must be comparable. */
export function systemAuditClock(hrtimeNs: () => bigint): AuditClock {
  return {
    now: () => new Date(),
    monotonicMs: () => Number(hrtimeNs() / 1000n) / 1000,
    every: (periodMs, act) => {
      const timer = setInterval(act, periodMs)
      timer.unref()
      return () => clearInterval(timer)
    },
  }
}
