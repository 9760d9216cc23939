/** What one exchange may cost. Bytes and milliseconds. */
export interface HttpLimits {
  readonly headBytes: number
  readonly headerCount: number
  readonly bodyBytes: number
  /** From the first packet to the established connection, tunnel and TLS included. */
  readonly connectMs: number
  /** Longest silence of the peer once connected. */
  readonly idleMs: number
  /** Longest life of the exchange. */
  readonly totalMs: number
}

export const defaultHttpLimits: HttpLimits = {
  headBytes: 32 * 1024,
  headerCount: 128,
  bodyBytes: 32 * 1024 * 1024,
  connectMs: 10_000,
  idleMs: 120_000,
  totalMs: 900_000,
}
