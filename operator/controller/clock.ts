/** The world's time, passed in so that tests need not wait. */
export interface Clock {
  /** Milliseconds that never run backwards; the origin is arbitrary. */
  readonly monotonicMs: () => number
  /** Wall-clock time, for what people read and for records that other processes read. */
  readonly now: () => Date
  /** Runs `action` once after `delayMs`; the returned function cancels it. */
  readonly after: (delayMs: number, action: () => void) => () => void
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  now: () => new Date(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs)
    return () => clearTimeout(timer)
  },
}
