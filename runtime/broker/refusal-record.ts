import type { AuditEntry } from '../protocol/audit-record.ts'

export interface RefusalRecordOptions {
  readonly note: (entry: AuditEntry) => Promise<void>
  readonly perMinute: number
  readonly monotonicMs: () => number
}

const minuteMs = 60_000

/** Records refusals, at most so many a minute: a hostile agent must not fill the log's disk. What was left out is counted in the next record. */
export class RefusalRecord {
  readonly #options: RefusalRecordOptions
  #minute = 0
  #recorded = 0
  #leftOut = 0

  constructor(options: RefusalRecordOptions) {
    this.#options = options
  }

  async add(operation: string, code: string): Promise<void> {
    const minute = Math.floor(this.#options.monotonicMs() / minuteMs)
    if (minute !== this.#minute) this.#recorded = 0
    this.#minute = minute
    if (this.#recorded >= this.#options.perMinute) {
      this.#leftOut += 1
      return
    }
    this.#recorded += 1
    const leftOut = this.#leftOut
    this.#leftOut = 0
    const facts = leftOut === 0 ? { operation } : { operation, leftOut: String(leftOut) }
    await this.#options.note({ kind: 'refusal', result: code, facts })
  }
}
