import { backOffMs, type BackOff } from './back-off.ts'
import type { Clock } from './clock.ts'

/**
 * Work by key: a key waits at most once, is never worked on twice at a time, and what is added while it is worked on is worked on
 * again afterwards. Nothing added is lost. Patient keys are taken only when no other key waits: they have something to report, and a
 * burst of new resources is not held up by the reports of those that are made already.
 */
export class KeyedQueue {
  readonly #clock: Clock
  readonly #backOff: BackOff
  readonly #waiting = new Set<string>()
  readonly #patient = new Set<string>()
  readonly #working = new Set<string>()
  readonly #again = new Set<string>()
  readonly #failures = new Map<string, number>()
  readonly #timers = new Map<string, { atMs: number; cancel: () => void }>()
  readonly #takers: ((key: string | undefined) => void)[] = []
  #closed = false

  constructor(clock: Clock, backOff: BackOff) {
    this.#clock = clock
    this.#backOff = backOff
  }

  get depth(): number {
    return this.#waiting.size + this.#patient.size
  }

  add(key: string, patience: 'urgent' | 'patient' = 'urgent'): void {
    if (this.#closed) return
    if (this.#working.has(key)) {
      this.#again.add(key)
      return
    }
    const taker = this.#takers.shift()
    if (taker === undefined) {
      this.#wait(key, patience)
      return
    }
    this.#working.add(key)
    taker(key)
  }

  /** Adds the key later; of several times the earliest counts. */
  addAfter(key: string, delayMs: number, patience: 'urgent' | 'patient' = 'urgent'): void {
    if (this.#closed) return
    const atMs = this.#clock.monotonicMs() + delayMs
    const pending = this.#timers.get(key)
    if (pending !== undefined && pending.atMs <= atMs) return
    pending?.cancel()
    const cancel = this.#clock.after(delayMs, () => {
      this.#timers.delete(key)
      this.add(key, patience)
    })
    this.#timers.set(key, { atMs, cancel })
  }

  /** Adds the key after a pause that grows with each failure since `succeeded`; returns the pause in milliseconds. */
  failed(key: string): number {
    const failures = (this.#failures.get(key) ?? 0) + 1
    this.#failures.set(key, failures)
    const delayMs = backOffMs(this.#backOff, failures)
    this.addAfter(key, delayMs)
    return delayMs
  }

  succeeded(key: string): void {
    this.#failures.delete(key)
  }

  /** The next key, or undefined once the queue is closed. Each key taken must be given back with `done`. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined)
    for (const lane of [this.#waiting, this.#patient]) {
      for (const key of lane) {
        lane.delete(key)
        this.#working.add(key)
        return Promise.resolve(key)
      }
    }
    return new Promise((resolve) => this.#takers.push(resolve))
  }

  done(key: string): void {
    this.#working.delete(key)
    if (this.#again.delete(key)) this.add(key)
  }

  #wait(key: string, patience: 'urgent' | 'patient'): void {
    if (patience === 'urgent') {
      this.#patient.delete(key)
      this.#waiting.add(key)
    } else if (!this.#waiting.has(key)) this.#patient.add(key)
  }

  close(): void {
    this.#closed = true
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
    this.#waiting.clear()
    this.#patient.clear()
    for (const taker of this.#takers.splice(0)) taker(undefined)
  }
}
