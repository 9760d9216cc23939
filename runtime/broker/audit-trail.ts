import type { AuditEntry } from '../protocol/audit-record.ts'
import { refuse } from './refusal.ts'

/** The log as the broker needs it. `append` resolves once the record is durable. */
export interface AuditPort {
  readonly append: (entry: AuditEntry) => Promise<{ readonly seq: number }>
}

export type IntentEntry = Omit<AuditEntry, 'kind' | 'intent' | 'result' | 'resultDigest'>

export interface OpenIntent {
  /** Says how it ended: `http-200`, or a code. Does not throw: the act is done, and the log reports intents without an outcome. */
  readonly close: (result: string, facts?: Readonly<Record<string, string>>) => Promise<void>
}

/** Intent before effect: nothing with an effect is done before its intent is durable, and nothing at all when it cannot be. */
export class AuditTrail {
  readonly #port: AuditPort
  readonly #onLost: (error: unknown) => void

  constructor(port: AuditPort, onLost: (error: unknown) => void) {
    this.#port = port
    this.#onLost = onLost
  }

  /** Throws `Refusal` `audit-unavailable`: then nothing may be done. */
  async intend(entry: IntentEntry): Promise<OpenIntent> {
    const { seq } = await this.#port.append({ ...entry, kind: 'intent' }).catch((error: unknown) => {
      this.#onLost(error)
      throw refuse('audit-unavailable', 'the audit log takes no record, so nothing that has an effect is done: see the audit process')
    })
    return {
      close: (result, facts = {}) => this.note({ ...entry, kind: 'outcome', intent: seq, result, facts: { ...entry.facts, ...facts } }),
    }
  }

  /** Records what was seen or refused. Never throws: what was refused stays refused without a log as well. */
  async note(entry: AuditEntry): Promise<void> {
    await this.#port.append(entry).catch(this.#onLost)
  }
}
