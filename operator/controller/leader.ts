import type { Clock } from './clock.ts'
import type { EngineLog } from './engine-log.ts'
import { sleep } from './sleep.ts'

/** A coordination.k8s.io Lease as far as leading needs it. */
export interface LeaseRecord {
  /** Empty: given up. */
  readonly holder: string
  readonly durationMs: number
  readonly renewedAt: Date
  readonly acquiredAt: Date
  readonly transitions: number
  /** The stored version this was read as; writing names it, so that of two writers one fails. */
  readonly version: string
}

export interface LeasePort {
  readonly read: (signal: AbortSignal) => Promise<LeaseRecord | undefined>
  /** Creates (version undefined) or replaces exactly that version; resolves with what is stored, or undefined when somebody was faster. */
  readonly write: (
    record: Omit<LeaseRecord, 'version'>,
    version: string | undefined,
    signal: AbortSignal,
  ) => Promise<LeaseRecord | undefined>
}

export interface LeaderOptions {
  readonly lease: LeasePort
  readonly identity: string
  readonly clock: Clock
  readonly log: EngineLog
  /** Others wait so long after the last renewal they saw. */
  readonly durationMs: number
  /** We stop writing so long after our last renewal. At least one write's timeout shorter than `durationMs`. */
  readonly renewDeadlineMs: number
  readonly retryMs: number
}

/**
 * One candidate for a Lease. `holds()` is the fence: it turns false by the clock alone when renewing did not succeed in time, before
 * anybody else may take over, whatever the network does. Times of other machines are never compared: a foreign lease is expired when
 * it has not changed for its duration on *our* clock.
 */
export class Leader {
  readonly #options: LeaderOptions
  #held: LeaseRecord | undefined
  #renewedMs = Number.NEGATIVE_INFINITY
  #seen: { record: LeaseRecord; atMs: number } | undefined

  constructor(options: LeaderOptions) {
    this.#options = options
  }

  holds(): boolean {
    return this.#held !== undefined && this.#options.clock.monotonicMs() - this.#renewedMs < this.#options.renewDeadlineMs
  }

  /** Resolves true when leading, false when the signal was aborted first. Failures are logged and tried again. */
  async acquire(signal: AbortSignal): Promise<boolean> {
    const { clock, log, retryMs, identity } = this.#options
    let told: string | undefined
    while (!signal.aborted) {
      try {
        if (await this.#tryAcquire(signal)) {
          log.info({ identity }, 'leading')
          return true
        }
        const holder = this.#seen?.record.holder ?? ''
        if (holder !== told) log.info({ identity, holder }, 'another operator leads, waiting for its lease')
        told = holder
      } catch (error) {
        if (!signal.aborted) log.warn({ identity, err: error }, 'reading or writing the lease failed, trying again')
      }
      await sleep(clock, retryMs, signal)
    }
    return false
  }

  /** Renews until the signal is aborted (resolves `stopped`) or the lease could not be kept (resolves `lost`). */
  async keep(signal: AbortSignal): Promise<'stopped' | 'lost'> {
    const { clock, log, retryMs, identity } = this.#options
    for (;;) {
      await sleep(clock, retryMs, signal)
      if (signal.aborted) return 'stopped'
      try {
        if (!(await this.#renew(signal))) {
          this.#held = undefined
          return 'lost'
        }
      } catch (error) {
        if (signal.aborted) return 'stopped'
        log.warn({ identity, err: error }, 'renewing the lease failed')
      }
      if (!this.holds()) {
        this.#held = undefined
        return 'lost'
      }
    }
  }

  /** Gives the lease up, so that a successor need not wait. Call only after the last write has ended. */
  async release(signal: AbortSignal): Promise<void> {
    const held = this.#held
    if (held === undefined || !this.holds()) return
    this.#held = undefined
    const { version, ...record } = held
    await this.#options.lease.write({ ...record, holder: '', durationMs: 1000, renewedAt: this.#options.clock.now() }, version, signal)
  }

  async #tryAcquire(signal: AbortSignal): Promise<boolean> {
    const { lease, identity, clock, durationMs } = this.#options
    const current = await lease.read(signal)
    if (current !== undefined && !this.#isFree(current)) return false
    const now = clock.now()
    const startedMs = clock.monotonicMs()
    const transitions = current === undefined ? 0 : current.transitions + 1
    const record = { holder: identity, durationMs, renewedAt: now, acquiredAt: now, transitions }
    const written = await lease.write(record, current?.version, signal)
    if (written === undefined) return false
    this.#held = written
    this.#renewedMs = startedMs
    return true
  }

  #isFree(current: LeaseRecord): boolean {
    const nowMs = this.#options.clock.monotonicMs()
    if (current.holder === '') return true
    if (this.#seen?.record.version !== current.version) this.#seen = { record: current, atMs: nowMs }
    return nowMs - this.#seen.atMs >= current.durationMs
  }

  async #renew(signal: AbortSignal): Promise<boolean> {
    const held = this.#held
    if (held === undefined) return false
    const { clock, lease, identity } = this.#options
    const startedMs = clock.monotonicMs()
    const { version, ...record } = held
    const written = await lease.write({ ...record, renewedAt: clock.now() }, version, signal)
    if (written !== undefined) {
      this.#held = written
      this.#renewedMs = startedMs
      return true
    }
    // Our own earlier write may have arrived although its answer did not: then the stored record still names us.
    const current = await lease.read(signal)
    if (current?.holder !== identity) return false
    this.#held = current
    return true
  }
}
