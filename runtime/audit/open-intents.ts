import type { AuditRecord } from '../protocol/audit-record.ts'

/** Follows which intents have no outcome yet. One that a `recovery` record has reported counts as closed. */
export class OpenIntents {
  readonly #open: Set<number>

  constructor(open: Iterable<number> = []) {
    this.#open = new Set(open)
  }

  get size(): number {
    return this.#open.size
  }

  /** In ascending order. */
  list(): readonly number[] {
    return [...this.#open].sort((left, right) => left - right)
  }

  has(seq: number): boolean {
    return this.#open.has(seq)
  }

  /** Takes the next record of the log. */
  record({ kind, seq, intent, unmatched }: Pick<AuditRecord, 'kind' | 'seq' | 'intent' | 'unmatched'>): void {
    if (kind === 'intent') this.#open.add(seq)
    else if (kind === 'outcome' && intent !== undefined) this.#open.delete(intent)
    for (const reported of unmatched ?? []) this.#open.delete(reported)
  }
}
