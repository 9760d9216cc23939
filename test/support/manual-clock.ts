import type { Clock } from '../../operator/controller/clock.ts'

export interface ManualClock extends Clock {
  /** Moves time on, running what falls due in order. */
  readonly advance: (milliseconds: number) => Promise<void>
}

/** A double of time: it passes only when told to. */
export function manualClock(): ManualClock {
  let nowMs = 0
  let timers: { atMs: number; action: () => void }[] = []
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    monotonicMs: () => nowMs,
    now: () => new Date(Date.UTC(2026, 0, 1) + nowMs),
    after: (delayMs, action) => {
      const timer = { atMs: nowMs + delayMs, action }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    advance: async (milliseconds) => {
      const endMs = nowMs + milliseconds
      await settle()
      for (;;) {
        const due = timers.filter((timer) => timer.atMs <= endMs).sort((left, right) => left.atMs - right.atMs)[0]
        if (due === undefined) break
        timers = timers.filter((timer) => timer !== due)
        nowMs = Math.max(nowMs, due.atMs)
        due.action()
        await settle()
      }
      nowMs = endMs
      await settle()
    },
  }
}
