import type { AuditEntry, AuditHead } from '../protocol/audit-record.ts'
import { AuditRefusedError } from '../protocol/audit-refused-error.ts'
import type { AuditClock } from './audit-clock.ts'
import type { Draft } from './build-record.ts'
import { hiddenValues } from './hidden-value.ts'
import type { LogLimits } from './log-limits.ts'
import type { LogWriter, Written } from './log-writer.ts'
import type { Salts } from './salts.ts'
import { SerialQueue } from './serial-queue.ts'

/** What a crash left, found when the log was opened. */
export interface Recovery {
  /** Bytes of a line without end that were cut off; nobody had been told that its record was recorded. */
  readonly tornBytes: number
  /** Intents whose outcome is not in the log. */
  readonly unmatched: readonly number[]
}

/** What happens inside a log that nobody waits for. */
export interface LogEvents {
  /** A checkpoint, a new key or the first records could not be written. The log tries again by itself. */
  onTrouble(error: AuditRefusedError): void
}

interface Waiting {
  readonly draft: Draft
  readonly isHighRisk: boolean
  readonly resolve: (written: Appended) => void
  readonly reject: (error: AuditRefusedError) => void
}

/** Where a record went: its number and its RFC 6962 leaf hash in hexadecimal. */
export interface Appended {
  readonly seq: number
  readonly hash: string
}

/** A proof with the head it leads to; hashes in base64url, as they travel. */
export interface HeadProof {
  readonly head: AuditHead
  readonly proof: readonly string[]
}

/** What an open log needs besides its writer. */
export interface LogWorld {
  readonly salts: Salts
  readonly clock: AuditClock
  readonly limits: LogLimits
  readonly events: LogEvents
  readonly recovery: Recovery
}

const own = 'audit'
const unmatchedPerRecord = 256

/**
 * An open log. Appends are durable before they resolve; appends that wait together share one fdatasync. One process at a time.
 *
 * Every refusal is an `AuditRefusedError`, and means: do not act.
 */
export class AuditLog {
  readonly #writer: LogWriter
  readonly #salts: Salts
  readonly #limits: LogLimits
  readonly #events: LogEvents
  readonly #serial = new SerialQueue()
  /** What is written before the first append: a new key, the start, what was recovered. */
  readonly #duties: (() => Promise<void>)[]
  #waiting: Waiting[] = []
  #isClosed = false

  readonly #stops: readonly (() => void)[]

  constructor(writer: LogWriter, world: LogWorld) {
    this.#writer = writer
    this.#salts = world.salts
    this.#limits = world.limits
    this.#events = world.events
    this.#duties = this.#firstDuties(world.recovery)
    this.#stops = [
      world.clock.every(world.limits.checkpointMs, () => void this.#watched(() => this.checkpoint())),
      world.clock.every(world.limits.epochMs, () => void this.#watched(() => this.nextEpoch())),
    ]
  }

  /** Records, by the name of who asks. Resolves when durable; with `highRisk` when a signed checkpoint over it is durable too. */
  async append(actor: string, entry: AuditEntry): Promise<Appended> {
    const { hidden, ...rest } = entry
    const values = await this.#hide(actor, hidden)
    return this.#enqueue({ ...rest, actor, ...(values ? { hidden: values } : {}) })
  }

  /** Signs the log as it stands. */
  head(): AuditHead {
    return this.#writer.head()
  }

  /** Proof that the first `fromSize` records are the beginning of the log as it stands. */
  async consistency(fromSize: number): Promise<HeadProof> {
    const { tree, size } = this.#writer
    if (fromSize > size) throw new AuditRefusedError('not-found', `proving consistency from ${fromSize} records: the log has ${size}`)
    const head = this.#writer.head()
    return { head, proof: (await tree.consistency(fromSize)).map((hash) => hash.toString('base64url')) }
  }

  /** Proof that record `seq` is in the log as it stands. */
  async inclusion(seq: number): Promise<HeadProof> {
    const { tree, size } = this.#writer
    if (seq >= size) throw new AuditRefusedError('not-found', `proving the inclusion of record ${seq}: the log has ${size}`)
    const head = this.#writer.head()
    return { head, proof: (await tree.inclusion(seq)).map((hash) => hash.toString('base64url')) }
  }

  /** Destroys a subject's salt and records that it was destroyed. False when the subject has none. */
  async erase(subject: string): Promise<boolean> {
    const salt = await this.#salts.erase(subject)
    if (salt) await this.#enqueue({ kind: 'erasure', actor: own, facts: { salt: salt.id } })
    return salt !== undefined
  }

  /** Makes a checkpoint over all that is recorded. */
  checkpoint(): Promise<void> {
    return this.#serial.run(() => this.#writer.checkpoint())
  }

  /** Hands over to a new key and destroys the old one. */
  nextEpoch(): Promise<void> {
    return this.#serial.run(() => this.#nextEpoch())
  }

  /** Does what is to be done before the first append. Appends do it too; a full disk is no reason not to serve reads. */
  async begin(): Promise<void> {
    await this.#serial.run(() => this.#doDuties())
  }

  /** Writes what waits and a last checkpoint, then closes the files. Later appends are refused. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const stop of this.#stops) stop()
    await this.#serial.run(async () => {
      await this.#watched(() => this.#writer.checkpoint())
      await this.#writer.close()
    })
  }

  async #hide(actor: string, hidden: AuditEntry['hidden']): Promise<Draft['hidden']> {
    try {
      return await hiddenValues(hidden, this.#salts)
    } catch (cause) {
      throw new AuditRefusedError('unavailable', `recording for ${actor}: its hidden values could not be salted`, { cause })
    }
  }

  #enqueue(draft: Draft): Promise<Appended> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw new AuditRefusedError('unavailable', `recording for ${draft.actor}: the log is closed`)
      if (this.#waiting.length >= this.#limits.waitingAppends) {
        throw new AuditRefusedError('busy', `recording for ${draft.actor}: ${this.#waiting.length} appends wait already`)
      }
      this.#waiting.push({ draft, isHighRisk: draft.highRisk === true, resolve, reject })
      if (this.#waiting.length === 1) void this.#serial.run(() => this.#drain())
    })
  }

  /** Writes everything that waits, batch by batch. Never rejects: each append has its own answer. */
  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      let batch: readonly Waiting[] = this.#waiting
      try {
        await this.#doDuties()
        batch = this.#waiting.splice(0, Math.min(this.#limits.batchRecords, this.#writer.room))
        await this.#writeBatch(batch)
      } catch (error) {
        if (batch === this.#waiting) this.#waiting = []
        this.#refuse(batch, refusal(error))
      }
    }
  }

  #refuse(batch: readonly Waiting[], error: AuditRefusedError): void {
    for (const { reject } of batch) reject(error)
    if (error.code === 'unavailable') this.#events.onTrouble(error)
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const written = await this.#writer.write(batch.map(({ draft }) => draft))
    const answers = batch.map((waiting, index) => ({ waiting, answer: written[index] }))
    for (const { waiting, answer } of answers) if (!waiting.isHighRisk) settle(waiting, answer)
    const urgent = answers.filter(({ waiting }) => waiting.isHighRisk)
    if (urgent.length > 0) await this.#writer.checkpoint()
    for (const { waiting, answer } of urgent) settle(waiting, answer)
    if (this.#writer.unsignedRecords >= this.#limits.checkpointRecords) await this.#watched(() => this.#writer.checkpoint())
  }

  #firstDuties({ tornBytes, unmatched }: Recovery): (() => Promise<void>)[] {
    const start = (): Draft => ({ kind: 'boot', actor: own, facts: { records: String(this.#writer.size) } })
    const reports: (() => Draft)[] = []
    for (let first = 0; first < Math.max(unmatched.length, Math.sign(tornBytes)); first += unmatchedPerRecord) {
      const facts = { tornBytes: String(first === 0 ? tornBytes : 0), unmatched: String(unmatched.length) }
      reports.push(() => ({ kind: 'recovery', actor: own, facts, unmatched: unmatched.slice(first, first + unmatchedPerRecord) }))
    }
    return [() => this.#nextEpoch(), ...[start, ...reports].map((draft) => () => this.#writeOwn(draft()))]
  }

  async #doDuties(): Promise<void> {
    for (let duty = this.#duties[0]; duty; duty = this.#duties[0]) {
      await duty()
      this.#duties.shift()
    }
  }

  async #nextEpoch(): Promise<void> {
    await this.#writer.nextEpoch()
    const { epoch, key } = this.#writer.epoch
    await this.#writeOwn({ kind: 'epoch', actor: own, facts: { epoch: String(epoch), key } })
  }

  async #writeOwn(draft: Draft): Promise<void> {
    const [written] = await this.#writer.write([draft])
    if (written instanceof AuditRefusedError) throw written
  }

  async #watched(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      this.#events.onTrouble(refusal(error))
    }
  }
}

function settle({ resolve, reject }: Waiting, answer: Written | undefined): void {
  if (answer instanceof AuditRefusedError) reject(answer)
  else if (answer) resolve(answer)
  else reject(new AuditRefusedError('busy', 'recording: the segment was full; ask again'))
}

function refusal(error: unknown): AuditRefusedError {
  return error instanceof AuditRefusedError ? error : new AuditRefusedError('unavailable', 'writing the audit log failed', { cause: error })
}
