import { hashBytes } from '../protocol/merkle-hash.ts'
import { AuditDamagedError } from './audit-damaged-error.ts'
import type { Recovery } from './audit-log.ts'
import type { AuditSigner, SigningKeys } from './audit-signer.ts'
import { AuditTree } from './audit-tree.ts'
import { DurableFile } from './durable-file.ts'
import type { Epoch } from './epoch.ts'
import { checkpointsFile, epochsFile, segmentFile } from './file-names.ts'
import { HashPyramid } from './hash-pyramid.ts'
import { lastCheckpoint, type LastCheckpoint } from './last-checkpoint.ts'
import type { LogFiles } from './log-files.ts'
import type { LogState } from './log-writer.ts'
import { OpenIntents } from './open-intents.ts'
import type { Seam } from './seam.ts'
import { locateSegments, type LocatedSegment } from './verify/locate-segments.ts'
import { readEpochs } from './verify/read-epochs.ts'
import { scanSegment, type SegmentScan } from './verify/scan-segment.ts'

/** Where a log is and who it should be. */
export interface LogPlace {
  readonly files: LogFiles
  readonly keys: SigningKeys
  readonly origin: string
}

interface Keys {
  readonly epochs: readonly Epoch[]
  readonly epoch: Epoch
  readonly signer: AuditSigner
  readonly wholeBytes: number
}

interface Newest {
  readonly file: string
  readonly seam: Seam
  readonly seamLeaf: string
  readonly scan: SegmentScan
  readonly tree: AuditTree
}

/** Reads what a log's files say, cuts torn tails off, and refuses with `AuditDamagedError` what does not fit together. */
export async function readLogState(place: LogPlace): Promise<{ readonly state: LogState; readonly recovery: Recovery }> {
  const keys = await readKeys(place)
  const newest = await readNewestSegment(place, keys.epochs)
  const checkpoint = await lastCheckpoint(place.files, keys.epochs)
  checkHeads(place, newest, keys.epoch, checkpoint)
  await place.keys.keepOnly(keys.epoch.key)
  const segment = await openCut(place.files, newest.file, newest.scan.soundBytes)
  const checkpoints = await openCut(place.files, checkpointsFile, checkpoint.wholeBytes)
  const epochs = await openCut(place.files, epochsFile, keys.wholeBytes)
  const open = { segment: segment.file, checkpoints: checkpoints.file, epochs: epochs.file }
  const intents = new OpenIntents(newest.seam.openIntents)
  for (const record of newest.scan.intents) intents.record(record)
  return {
    state: {
      ...position(newest),
      origin: place.origin,
      ...keys,
      intents,
      lateIntents: intents.list(),
      checkpointSize: checkpoint.size,
      open,
    },
    recovery: { tornBytes: segment.cutBytes, unmatched: intents.list() },
  }
}

function position({ seam, seamLeaf, scan, tree }: Newest) {
  const previous = scan.leaves.length === 0 ? seamLeaf : scan.leaves.subarray(-hashBytes).toString('hex')
  return { segmentRecords: seam.segmentRecords, segment: seam.segment, tree, previous }
}

async function readKeys({ files, keys, origin }: LogPlace): Promise<Keys> {
  const { epochs, findings, unfinished } = await readEpochs(files)
  const epoch = epochs.at(-1)
  if (!epoch || findings.length > 0) throw new AuditDamagedError(origin, 'its keys do not follow one another', findings)
  if (epoch.origin !== origin) throw new AuditDamagedError(origin, `this is the log of ${epoch.origin}`)
  const signer = await keys.find(epoch.key)
  if (!signer) throw new AuditDamagedError(origin, `the signing key of epoch ${epoch.epoch} is not here, so the log cannot be continued`)
  return { epochs, epoch, signer, wholeBytes: unfinished.byte }
}

async function readNewestSegment({ files, origin }: LogPlace, epochs: readonly Epoch[]): Promise<Newest> {
  const { segments, findings } = await locateSegments(files, epochs)
  const last = segments.at(-1)
  if (!last?.seam || findings.length > 0) throw new AuditDamagedError(origin, 'its segments do not follow one another', findings)
  const { seam, leaf } = last.seam
  const frame = { file: last.file, firstSeq: seam.firstSeq, capacity: seam.segmentRecords, previous: leaf }
  const scan = await scanSegment(files, frame, { clockToleranceMs: Number.POSITIVE_INFINITY })
  if (!scan.isSound && scan.hasRecordsAfterDamage) throw new AuditDamagedError(origin, 'its records are no chain', scan.findings)
  const tree = new AuditTree(seam.segmentRecords, closedRoots(segments), (index) => loadSegment(files, segments, index))
  for (let start = 0; start < scan.leaves.length; start += hashBytes) tree.append(scan.leaves.subarray(start, start + hashBytes))
  return { file: last.file, seam, seamLeaf: leaf, scan, tree }
}

/** Each seam says what the segment before it was. */
function closedRoots(segments: readonly LocatedSegment[]): readonly Buffer[] {
  return segments.flatMap(({ seam }) => {
    const root = seam?.seam.previousSegment
    return root === undefined ? [] : [Buffer.from(root, 'base64url')]
  })
}

async function loadSegment(files: LogFiles, segments: readonly LocatedSegment[], index: number): Promise<HashPyramid> {
  const capacity = segments[0]?.seam?.seam.segmentRecords ?? 0
  const frame = { file: segmentFile(index), firstSeq: index * capacity, capacity, previous: undefined }
  const { leaves } = await scanSegment(files, frame, { clockToleranceMs: Number.POSITIVE_INFINITY })
  const pyramid = new HashPyramid()
  for (let start = 0; start < leaves.length; start += hashBytes) pyramid.append(leaves.subarray(start, start + hashBytes))
  return pyramid
}

/** The records must be those that the newest seam, epoch and checkpoint signed. */
function checkHeads({ origin }: LogPlace, { seam, tree }: Newest, epoch: Epoch, checkpoint: LastCheckpoint): void {
  const signed = [
    { what: 'seam', size: seam.firstSeq, root: Buffer.from(seam.root, 'base64url') },
    { what: 'epoch', size: epoch.fromSize, root: Buffer.from(epoch.root, 'base64url') },
    { what: 'checkpoint', ...checkpoint },
  ]
  for (const { what, size, root } of signed) {
    if (size > tree.size)
      throw new AuditDamagedError(origin, `its tail is cut: the last ${what} signed ${size} records, ${tree.size} are there`)
    if (size >= seam.firstSeq && !tree.rootAt(size).equals(root)) {
      throw new AuditDamagedError(origin, `its first ${size} records are not those that its last ${what} signed`)
    }
  }
}

/** Opens a file for appending after its first `wholeBytes`; what follows is cut off. */
async function openCut(files: LogFiles, name: string, wholeBytes: number) {
  const file = await files.openAppend(name)
  const size = await file.size()
  if (size > wholeBytes) {
    await file.truncate(wholeBytes)
    await file.datasync()
  }
  return { file: new DurableFile(file, name, wholeBytes), cutBytes: size - wholeBytes }
}
