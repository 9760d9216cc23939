import { hashBytes } from '../../protocol/merkle-hash.ts'
import { auditLineLimitBytes, type AuditRecord } from '../../protocol/audit-record.ts'
import { isCanonical, lineText, parsedJson } from '../canonical-line.ts'
import { segmentFile } from '../file-names.ts'
import type { LogFiles } from '../log-files.ts'
import { lineLeafHash, OverlongLineError, scanLines, type RawLine, type UnfinishedLine } from '../scan-lines.ts'
import { seamSchema, type Seam } from '../seam.ts'
import { clockFinding, recordTime, type RecordTime } from './clock-check.ts'
import { diagnoseSegment, type DamagedLine, type SegmentFrame } from './diagnose-segment.ts'
import { finding, type Finding } from './finding.ts'
import { readRecordLine, type RecordLine } from './record-line.ts'

/** What one segment's file says by itself. */
export interface SegmentScan {
  /** Leaf hashes of the records up to the first damage, 32 bytes each. */
  readonly leaves: Buffer
  /** True when all lines are one chain from the seam on. */
  readonly isSound: boolean
  /** Bytes of the file up to the first damage. */
  readonly soundBytes: number
  /** True when a readable record follows a damage: so it is no torn tail. */
  readonly hasRecordsAfterDamage: boolean
  readonly findings: readonly Finding[]
  readonly first: RecordTime | undefined
  readonly last: RecordTime | undefined
  /** Intents, outcomes and reports of unmatched ones, in order: `OpenIntents` takes them. */
  readonly intents: readonly Pick<AuditRecord, 'kind' | 'seq' | 'intent' | 'unmatched'>[]
  readonly unfinished: UnfinishedLine
}

export interface ScanOptions {
  readonly clockToleranceMs: number
  readonly onRecord?: (record: AuditRecord, line: RecordLine) => void
}

/** The seam in a segment's first line with the line's leaf hash, or what is wrong with it. Says nothing of its signature. */
export async function readSeam(
  files: Pick<LogFiles, 'read'>,
  index: number,
): Promise<{ readonly seam: Seam; readonly leaf: string } | undefined> {
  let read: { seam: Seam; leaf: string } | undefined
  const firstLine = async function* (): AsyncIterable<Buffer> {
    for await (const block of files.read(segmentFile(index))) {
      yield block
      if (block.includes(10)) return
    }
  }
  try {
    await scanLines(firstLine(), auditLineLimitBytes, (line) => {
      if (line.number === 1) read = parsedSeam(line)
    })
  } catch (error) {
    if (!(error instanceof OverlongLineError)) throw error
  }
  return read
}

function parsedSeam(line: RawLine): { readonly seam: Seam; readonly leaf: string } | undefined {
  const text = lineText(line)
  const parsed = seamSchema.safeParse(text === undefined ? undefined : parsedJson(text))
  if (text === undefined || !parsed.success || !isCanonical(text, parsed.data)) return undefined
  return { seam: parsed.data, leaf: lineLeafHash(line) }
}

/** Reads the records of a segment, whose seam's claims `frame` repeats, and follows their chain. */
export async function scanSegment(files: Pick<LogFiles, 'read'>, frame: SegmentFrame, options: ScanOptions): Promise<SegmentScan> {
  const walk = new SegmentWalk(frame, options)
  let unfinished: UnfinishedLine = { bytes: Buffer.alloc(0), number: 0, byte: 0 }
  const overlong: Finding[] = []
  try {
    unfinished = await scanLines(files.read(frame.file), auditLineLimitBytes, (line) => walk.line(line))
  } catch (error) {
    if (!(error instanceof OverlongLineError)) throw error
    const place = { seq: walk.nextSeq, file: frame.file, line: error.line, byte: error.byte }
    overlong.push(
      finding('altered', place, `record ${walk.nextSeq} is altered: its line is longer than any record's; nothing after it was read`),
    )
  }
  const damage = walk.isSound ? [] : await diagnosis(files, frame)
  return {
    ...walk.result(),
    isSound: walk.isSound && overlong.length === 0,
    findings: [...damage, ...overlong, ...walk.clockFindings],
    unfinished,
  }
}

async function diagnosis(files: Pick<LogFiles, 'read'>, frame: SegmentFrame): Promise<readonly Finding[]> {
  const lines: DamagedLine[] = []
  try {
    await scanLines(files.read(frame.file), auditLineLimitBytes, (line) => {
      if (line.number > 1) lines.push(damagedLine(readRecordLine(line)))
    })
  } catch (error) {
    if (!(error instanceof OverlongLineError)) throw error
  }
  return diagnoseSegment(lines, frame)
}

function damagedLine({ leaf, line, byte, content }: RecordLine): DamagedLine {
  const place = { leaf, line, byte }
  if (content.state === 'unreadable') return { ...place, content: { why: content.why } }
  return { ...place, content: { seq: content.record.seq, previous: content.record.previous } }
}

/** Follows a chain as long as it holds. */
class SegmentWalk {
  readonly clockFindings: Finding[] = []
  isSound = true
  readonly #frame: SegmentFrame
  readonly #options: ScanOptions
  #leaves = Buffer.alloc(4096 * hashBytes)
  #records = 0
  readonly #intents: SegmentScan['intents'][number][] = []
  #previous: string | undefined
  #soundBytes = 0
  #hasRecordsAfterDamage = false
  #first: RecordTime | undefined
  #last: RecordTime | undefined

  constructor(frame: SegmentFrame, options: ScanOptions) {
    this.#frame = frame
    this.#options = options
    this.#previous = frame.previous
  }

  get nextSeq(): number {
    return this.#frame.firstSeq + this.#records
  }

  line(raw: RawLine): void {
    if (raw.number === 1) {
      this.#soundBytes = raw.end - raw.start + 1
      return
    }
    const line = readRecordLine(raw)
    const record = line.content.state === 'record' ? line.content.record : undefined
    if (record) this.#options.onRecord?.(record, line)
    this.isSound &&= record !== undefined && this.#isNext(record)
    if (record && this.isSound) {
      this.#take(record, line)
      this.#soundBytes = raw.byte + raw.end - raw.start + 1
    } else this.#hasRecordsAfterDamage ||= record !== undefined
  }

  #isNext({ seq, previous }: AuditRecord): boolean {
    return seq === this.nextSeq && previous === (this.#previous ?? previous) && this.#records < this.#frame.capacity
  }

  result(): Omit<SegmentScan, 'findings' | 'isSound' | 'unfinished'> {
    return {
      leaves: this.#leaves.subarray(0, this.#records * hashBytes),
      soundBytes: this.#soundBytes,
      hasRecordsAfterDamage: this.#hasRecordsAfterDamage,
      first: this.#first,
      last: this.#last,
      intents: this.#intents,
    }
  }

  #take(record: AuditRecord, line: RecordLine): void {
    const time = recordTime(record)
    const moved = this.#last && clockFinding(this.#last, time, this.#options.clockToleranceMs)
    if (moved) this.clockFindings.push({ ...moved, file: this.#frame.file, line: line.line, byte: line.byte })
    this.#first ??= time
    this.#last = time
    const end = this.#records * hashBytes
    if (end === this.#leaves.length) this.#leaves = Buffer.concat([this.#leaves, Buffer.alloc(end)])
    this.#leaves.write(line.leaf, end, 'hex')
    this.#records += 1
    this.#previous = line.leaf
    const { kind, seq, intent, unmatched } = record
    if (kind === 'intent' || intent !== undefined || unmatched) this.#intents.push({ kind, seq, intent, unmatched })
  }
}
