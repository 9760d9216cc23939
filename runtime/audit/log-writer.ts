import type { AuditHead } from '../protocol/audit-record.ts'
import { AuditRefusedError } from '../protocol/audit-refused-error.ts'
import { leafHash } from '../protocol/merkle-hash.ts'
import { checkpointText, signedCheckpointNote } from '../protocol/signed-checkpoint.ts'
import { canonicalJson } from '../protocol/canonical-json.ts'
import type { AuditClock } from './audit-clock.ts'
import type { AuditSigner, SigningKeys } from './audit-signer.ts'
import type { AuditTree } from './audit-tree.ts'
import { recordLine, type Draft } from './build-record.ts'
import type { CheckpointLine } from './checkpoint-line.ts'
import { DurableFile, isDiskFull } from './durable-file.ts'
import { signedEpoch, type Epoch } from './epoch.ts'
import { segmentFile } from './file-names.ts'
import type { LogFiles } from './log-files.ts'
import type { OpenIntents } from './open-intents.ts'
import { openIntentLimit, signedSeam } from './seam.ts'

/** A log as its files say it is: what writing goes on from. */
export interface LogState {
  readonly origin: string
  readonly epoch: Epoch
  readonly signer: AuditSigner
  readonly segmentRecords: number
  readonly segment: number
  readonly tree: AuditTree
  /** `previous` of the next record. */
  readonly previous: string
  readonly intents: OpenIntents
  /** Intents that are reported as unmatched, but whose writer may still be alive and tell the outcome. */
  readonly lateIntents: readonly number[]
  readonly checkpointSize: number
  readonly open: { readonly segment: DurableFile; readonly checkpoints: DurableFile; readonly epochs: DurableFile }
}

/** The world a log writes into. */
export interface WriterWorld {
  readonly files: LogFiles
  readonly keys: SigningKeys
  readonly clock: AuditClock
  readonly boot: string
}

/** A draft's place, or why it was not recorded. */
export type Written = { readonly seq: number; readonly hash: string } | AuditRefusedError

/**
 * Writes records, checkpoints, seams and epochs. Not to be called again before the call before has settled: `AuditLog` sees to that.
 * A call that rejects has recorded nothing.
 */
export class LogWriter {
  readonly #world: WriterWorld
  readonly #origin: string
  readonly #tree: AuditTree
  readonly #segmentRecords: number
  readonly #intents: OpenIntents
  readonly #lateIntents: Set<number>
  readonly #checkpoints: DurableFile
  readonly #epochs: DurableFile
  #segmentIndex: number
  #segment: DurableFile
  #epoch: Epoch
  #signer: AuditSigner
  #previous: string
  #checkpointSize: number

  constructor(world: WriterWorld, state: LogState) {
    this.#world = world
    this.#origin = state.origin
    this.#tree = state.tree
    this.#segmentRecords = state.segmentRecords
    this.#intents = state.intents
    this.#lateIntents = new Set(state.lateIntents)
    this.#checkpoints = state.open.checkpoints
    this.#epochs = state.open.epochs
    this.#segmentIndex = state.segment
    this.#segment = state.open.segment
    this.#epoch = state.epoch
    this.#signer = state.signer
    this.#previous = state.previous
    this.#checkpointSize = state.checkpointSize
  }

  get size(): number {
    return this.#tree.size
  }

  get tree(): AuditTree {
    return this.#tree
  }

  get epoch(): Epoch {
    return this.#epoch
  }

  /** Records behind the last checkpoint. */
  get unsignedRecords(): number {
    return this.#tree.size - this.#checkpointSize
  }

  /** How many records still fit into the segment; none makes `write` begin the next. */
  get room(): number {
    const room = this.#segmentRecords - this.#tree.currentSize
    return room === 0 ? this.#segmentRecords : room
  }

  /** Writes as many drafts as there is `room` for with one fdatasync; a draft that is refused does not keep the others. */
  async write(drafts: readonly Draft[]): Promise<readonly Written[]> {
    if (this.#tree.currentSize === this.#segmentRecords) await this.#nextSegment()
    const { written, lines } = this.#lines(drafts)
    if (lines.length === 0) return written
    await this.#segment.commit(Buffer.concat(lines.map(({ line }) => line)))
    for (const { draft, leaf } of lines) {
      this.#intents.record({ kind: draft.kind, seq: this.#tree.size, intent: draft.intent, unmatched: draft.unmatched })
      if (draft.intent !== undefined) this.#lateIntents.delete(draft.intent)
      this.#tree.append(leaf)
      this.#previous = leaf.toString('hex')
    }
    return written
  }

  /** Signs the log as it stands. */
  head(): AuditHead {
    const checkpoint = { origin: this.#origin, size: this.#tree.size, root: this.#tree.root() }
    const signature = this.#signer.sign(checkpointText(checkpoint)).toString('base64url')
    return { size: checkpoint.size, root: checkpoint.root.toString('base64url'), key: this.#signer.publicKey, signature }
  }

  /** Makes a signed checkpoint over all records durable, if there is none yet. */
  async checkpoint(): Promise<void> {
    if (this.unsignedRecords === 0) return
    const { size, root, signature, key } = this.head()
    const checkpoint = { origin: this.#origin, size, root: Buffer.from(root, 'base64url') }
    const note = signedCheckpointNote(checkpoint, key, Buffer.from(signature, 'base64url'))
    const line: CheckpointLine = { last: this.#previous, note }
    await this.#checkpoints.commit(Buffer.from(`${canonicalJson(line)}\n`))
    this.#checkpointSize = size
  }

  /** Hands over to a new key, signed by the current one, which is destroyed. */
  async nextEpoch(): Promise<void> {
    await this.checkpoint()
    const { keys, clock } = this.#world
    const signer = await this.#newKey(keys)
    const { size, root } = this.head()
    const unsigned = {
      schemaVersion: 1,
      origin: this.#origin,
      epoch: this.#epoch.epoch + 1,
      key: signer.publicKey,
      fromSize: size,
      root,
    } as const
    const epoch = signedEpoch({ ...unsigned, at: clock.now().toISOString() }, this.#signer)
    await this.#epochs.commit(Buffer.from(`${canonicalJson({ ...epoch })}\n`))
    this.#epoch = epoch
    this.#signer = signer
    await keys.keepOnly(signer.publicKey)
  }

  async close(): Promise<void> {
    await Promise.all([this.#segment.close(), this.#checkpoints.close(), this.#epochs.close()])
  }

  async #newKey(keys: SigningKeys): Promise<AuditSigner> {
    try {
      return await keys.create()
    } catch (cause) {
      throw new AuditRefusedError(isDiskFull(cause) ? 'disk-full' : 'unavailable', 'making the log’s next signing key', { cause })
    }
  }

  /** The lines of those drafts that can be recorded, chained in their order. */
  #lines(drafts: readonly Draft[]) {
    const { clock, boot } = this.#world
    const now = { boot, at: clock.now().toISOString(), monotonicMs: clock.monotonicMs() }
    const lines: { readonly line: Buffer; readonly leaf: Buffer; readonly draft: Draft }[] = []
    const closing = new Set<number>()
    let previous = this.#previous
    const written = drafts.slice(0, this.room).map((draft): Written => {
      try {
        this.#mayRecord(draft, closing, lines.length)
        const seq = this.#tree.size + lines.length
        const line = recordLine(draft, { ...now, seq, previous })
        const leaf = leafHash(line.subarray(0, -1))
        previous = leaf.toString('hex')
        lines.push({ line, leaf, draft })
        return { seq, hash: previous }
      } catch (error) {
        if (error instanceof AuditRefusedError) return error
        throw error
      }
    })
    return { written, lines }
  }

  /** An outcome needs an open intent, once; intents are bounded. */
  #mayRecord({ kind, intent, actor }: Draft, closing: Set<number>, batched: number): void {
    if (kind === 'intent' && this.#intents.size + batched >= openIntentLimit) {
      throw new AuditRefusedError('busy', `recording an intent of ${actor}: ${this.#intents.size} intents wait for their outcome already`)
    }
    if (kind !== 'outcome') return
    if (intent === undefined || closing.has(intent) || !this.#isOpen(intent)) {
      throw new AuditRefusedError('unknown-intent', `recording an outcome of ${actor}: ${intent ?? 'it names no intent'} is no open intent`)
    }
    closing.add(intent)
  }

  #isOpen(intent: number): boolean {
    return this.#intents.has(intent) || this.#lateIntents.has(intent)
  }

  async #nextSegment(): Promise<void> {
    await this.checkpoint()
    const index = this.#segmentIndex + 1
    const seam = signedSeam(
      {
        schemaVersion: 1,
        kind: 'seam',
        origin: this.#origin,
        segment: index,
        segmentRecords: this.#segmentRecords,
        firstSeq: this.#tree.size,
        previous: this.#previous,
        root: this.#tree.root().toString('base64url'),
        previousSegment: this.#tree.currentRoot().toString('base64url'),
        openIntents: [...this.#intents.list()],
      },
      this.#signer,
    )
    const line = Buffer.from(`${canonicalJson({ ...seam })}\n`)
    const next = await this.#place(segmentFile(index), line)
    await this.#segment.close()
    this.#tree.closeSegment()
    this.#segment = next
    this.#segmentIndex = index
    this.#previous = leafHash(line.subarray(0, -1)).toString('hex')
  }

  async #place(name: string, line: Buffer): Promise<DurableFile> {
    try {
      await this.#world.files.place(name, line)
      return new DurableFile(await this.#world.files.openAppend(name), name, line.length)
    } catch (cause) {
      throw new AuditRefusedError(isDiskFull(cause) ? 'disk-full' : 'unavailable', `beginning ${name}`, { cause })
    }
  }
}
