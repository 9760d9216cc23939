/** How a log behaves; every figure can be set, so that tests need not wait. */
export interface LogLimits {
  /** Records in a segment: a power of two. Kept in the log: a later start with another value has no effect. */
  readonly segmentRecords: number
  /** A checkpoint at the latest after so many records … */
  readonly checkpointRecords: number
  /** … and after so long, if there is anything to sign. */
  readonly checkpointMs: number
  /** A new key after so long, besides at each start. */
  readonly epochMs: number
  /** Records written with one fdatasync at most. */
  readonly batchRecords: number
  /** Appends that may wait; more are refused. */
  readonly waitingAppends: number
}

export const defaultLogLimits: LogLimits = {
  segmentRecords: 65_536,
  checkpointRecords: 256,
  checkpointMs: 60_000,
  epochMs: 24 * 3_600_000,
  batchRecords: 256,
  waitingAppends: 4096,
}
