export interface BackOff {
  readonly firstMs: number
  readonly maximumMs: number
  /** A number in [0, 1): spreads the retries of many clients. */
  readonly random: () => number
}

/**
 * Milliseconds to wait before attempt number `failures` + 1: doubles from `firstMs` to `maximumMs`, then takes off up to a third at
 * random so that clients of a restarted server do not come back together.
 */
export function backOffMs(backOff: BackOff, failures: number): number {
  const exponent = Math.min(Math.max(failures - 1, 0), 30)
  const full = Math.min(backOff.firstMs * 2 ** exponent, backOff.maximumMs)
  return Math.round(full * (1 - backOff.random() / 3))
}
