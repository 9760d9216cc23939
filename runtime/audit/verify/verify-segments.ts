import { hashBytes } from '../../protocol/merkle-hash.ts'
import type { LogFiles } from '../log-files.ts'
import { OpenIntents } from '../open-intents.ts'
import { clockFinding, type RecordTime } from './clock-check.ts'
import type { SegmentFrame } from './diagnose-segment.ts'
import { finding, type Finding } from './finding.ts'
import type { LocatedSegment } from './locate-segments.ts'
import { scanSegment, type SegmentScan } from './scan-segment.ts'
import type { TreeCheck } from './tree-check.ts'

/** Scans segments, several at once: worker threads, for a log of many. */
export interface SegmentScanner {
  readonly concurrency: number
  scan(frame: SegmentFrame): Promise<SegmentScan>
}

export interface SegmentsOptions {
  /** How far the wall clock may differ from the monotonic one between two records. */
  readonly clockToleranceMs: number
  /** Default: in this thread, one after the other. */
  readonly scanner?: SegmentScanner
  /** Told after each segment: records seen so far, and the leaf hashes of that segment (32 bytes each). */
  readonly onSegment?: (recordsDone: number, leaves: Buffer) => void
}

export interface SegmentsVerified {
  readonly count: number
  readonly findings: readonly Finding[]
  readonly intents: OpenIntents
}

/** Verifies every segment's chain and clock and feeds its leaves to the tree, in the log's order. */
export async function verifySegments(
  files: Pick<LogFiles, 'read'>,
  segments: readonly LocatedSegment[],
  tree: TreeCheck,
  options: SegmentsOptions,
): Promise<SegmentsVerified> {
  const scanner = options.scanner ?? { concurrency: 1, scan: (frame) => scanSegment(files, frame, options) }
  const capacity = segmentCapacity(segments)
  const findings: Finding[] = []
  const intents = new OpenIntents()
  let before: RecordTime | undefined
  let count = 0
  for await (const { segment, frame, scanned } of scansInOrder(segments, capacity, scanner)) {
    count = frame.firstSeq + scanned.leaves.length / hashBytes
    findings.push(...scanned.findings, ...clockFindings(before, scanned.first, frame, options.clockToleranceMs))
    findings.push(...endFindings(frame, scanned, segments.at(-1) === segment))
    for (const record of scanned.intents) intents.record(record)
    skipMissing(segments, segment, tree, capacity)
    tree.segment({ ...treeSegment(segments, segment.index, capacity), leaves: scanned.leaves, isSound: scanned.isSound })
    before = scanned.last ?? before
    options.onSegment?.(count, scanned.leaves)
  }
  return { count, findings, intents }
}

/** Where no seam can be read the size of a full segment is not known: then only the first segment can be followed. */
function segmentCapacity(segments: readonly LocatedSegment[]): number {
  return segments.find(({ seam }) => seam)?.seam?.seam.segmentRecords ?? 2 ** 30
}

/** The segments before this one that are not there: the tree goes on by what their successors' seams say of them. */
function skipMissing(segments: readonly LocatedSegment[], segment: LocatedSegment, tree: TreeCheck, capacity: number): void {
  const before = segments[segments.indexOf(segment) - 1]?.index ?? -1
  for (let index = before + 1; index < segment.index; index += 1) {
    tree.segment({ ...treeSegment(segments, index, capacity), leaves: Buffer.alloc(0), isSound: false })
  }
}

function treeSegment(segments: readonly LocatedSegment[], index: number, capacity: number) {
  const root = segments.find((segment) => segment.index === index + 1)?.seam?.seam.previousSegment
  const claimed = root === undefined ? undefined : Buffer.from(root, 'base64url')
  return { firstSeq: index * capacity, height: Math.log2(capacity), claimed }
}

async function* scansInOrder(segments: readonly LocatedSegment[], capacity: number, scanner: SegmentScanner) {
  const started: { segment: LocatedSegment; frame: SegmentFrame; scan: Promise<SegmentScan> }[] = []
  for (const segment of segments) {
    const frame = { file: segment.file, firstSeq: segment.index * capacity, capacity, previous: segment.seam?.leaf }
    const scan = scanner.scan(frame)
    scan.catch(() => undefined)
    started.push({ segment, frame, scan })
    const oldest = started.length >= scanner.concurrency ? started.shift() : undefined
    if (oldest) yield { segment: oldest.segment, frame: oldest.frame, scanned: await oldest.scan }
  }
  for (const { segment, frame, scan } of started) yield { segment, frame, scanned: await scan }
}

function clockFindings(
  before: RecordTime | undefined,
  first: RecordTime | undefined,
  frame: SegmentFrame,
  toleranceMs: number,
): readonly Finding[] {
  const moved = before && first && clockFinding(before, first, toleranceMs)
  return moved ? [{ ...moved, file: frame.file, line: 2 }] : []
}

/** How a segment ends: cut short although another follows, or in the middle of a line. */
function endFindings(frame: SegmentFrame, { leaves, isSound, unfinished }: SegmentScan, isLast: boolean): readonly Finding[] {
  const seq = frame.firstSeq + leaves.length / hashBytes
  const lastSeq = frame.firstSeq + frame.capacity - 1
  const place = { file: frame.file, line: unfinished.number, byte: unfinished.byte, seq }
  const torn = unfinished.bytes.length > 0
  if (isLast) {
    const why = `the last line has no end (${unfinished.bytes.length} bytes): a crash during an append, whose record nobody was told of, or a cut`
    return torn ? [finding('torn-tail', place, why)] : []
  }
  if (!isSound || (seq > lastSeq && !torn)) return []
  return [
    finding(
      'deleted',
      { ...place, lastSeq },
      `records ${seq} to ${lastSeq} are missing: ${frame.file} ends early although another segment follows`,
    ),
  ]
}
