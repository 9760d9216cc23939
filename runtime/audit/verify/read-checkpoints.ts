import type { KeyObject } from 'node:crypto'
import { ed25519PublicKey, isSignedBy, noteKeyId, parseSignedCheckpoint, type SignedCheckpoint } from '../../protocol/signed-checkpoint.ts'
import { lineText, parsedJson } from '../canonical-line.ts'
import { checkpointLineSchema, type CheckpointLine } from '../checkpoint-line.ts'
import type { Epoch } from '../epoch.ts'
import { checkpointsFile } from '../file-names.ts'
import type { LogFiles } from '../log-files.ts'
import { scanLines, type RawLine, type UnfinishedLine } from '../scan-lines.ts'
import { finding, type Finding, type FindingCode } from './finding.ts'
import type { TreeTarget } from './tree-target.ts'

/** No line of `checkpoints.jsonl` is longer. */
export const checkpointLineLimitBytes = 8192

/** The checkpoints that a key of the log signed in its time. */
export interface CheckpointsRead {
  readonly targets: readonly TreeTarget[]
  readonly findings: readonly Finding[]
  readonly unfinished: UnfinishedLine
}

interface EpochKey {
  readonly epoch: Epoch
  readonly key: KeyObject
  /** The size at which the next key took over. */
  readonly untilSize: number
}

/** What is wrong with a checkpoint. */
export interface CheckpointProblem {
  readonly code: FindingCode
  readonly seq?: number
  readonly message: string
}

/** Reads `checkpoints.jsonl` and verifies each signature against the epoch whose key made it. */
export async function readCheckpoints(files: Pick<LogFiles, 'read'>, epochs: readonly Epoch[]): Promise<CheckpointsRead> {
  const keys = keysById(epochs)
  const targets: TreeTarget[] = []
  const findings: Finding[] = []
  const unfinished = await scanLines(files.read(checkpointsFile), checkpointLineLimitBytes, (line) => {
    const read = readCheckpoint(line, keys)
    const problem = 'message' in read ? read : backwards(read, targets.at(-1))
    if (!('message' in read)) targets.push(read)
    if (!problem) return
    const place = { file: checkpointsFile, line: line.number, byte: line.byte, ...(problem.seq === undefined ? {} : { seq: problem.seq }) }
    findings.push(finding(problem.code, place, problem.message))
  })
  return { targets, findings, unfinished }
}

function keysById(epochs: readonly Epoch[]): ReadonlyMap<string, EpochKey> {
  return new Map(
    epochs.map((epoch, index) => {
      const untilSize = epochs[index + 1]?.fromSize ?? Number.MAX_SAFE_INTEGER
      return [noteKeyId(epoch.origin, epoch.key), { epoch, key: ed25519PublicKey(epoch.key), untilSize }]
    }),
  )
}

/** The checkpoint of one line, if a key of the log signed it in its time. */
export function readCheckpointLine(line: RawLine, epochs: readonly Epoch[]): TreeTarget | CheckpointProblem {
  return readCheckpoint(line, keysById(epochs))
}

function readCheckpoint(line: RawLine, keys: ReadonlyMap<string, EpochKey>): TreeTarget | CheckpointProblem {
  const parsed = checkpointLineSchema.safeParse(parsedJson(lineText(line) ?? ''))
  const checkpoint = parsed.success ? parsedNote(parsed.data) : undefined
  if (!parsed.success || !checkpoint)
    return { code: 'altered-checkpoint', message: `checkpoint ${line.number} is altered: it cannot be read` }
  const problem = signatureProblem(checkpoint, keys)
  if (problem) return { ...problem, seq: checkpoint.size }
  const { last } = parsed.data
  return { size: checkpoint.size, root: checkpoint.root, source: 'checkpoint', ...(last === undefined ? {} : { last }) }
}

function parsedNote({ note }: CheckpointLine): SignedCheckpoint | undefined {
  try {
    return parseSignedCheckpoint(note)
  } catch {
    return undefined
  }
}

function signatureProblem(checkpoint: SignedCheckpoint, keys: ReadonlyMap<string, EpochKey>): CheckpointProblem | undefined {
  const { size, origin, text } = checkpoint
  const known = checkpoint.signatures.find(({ name, keyId }) => name === origin && keys.get(keyId)?.epoch.origin === origin)
  const key = known && keys.get(known.keyId)
  const of = `the checkpoint of ${size} records`
  if (!known || !key) return { code: 'unknown-key', message: `${of} is signed by no key of this log` }
  if (!isSignedBy(text, known.signature, key.key))
    return { code: 'altered-checkpoint', message: `${of} is altered: its signature does not hold` }
  const { epoch } = key
  if (size > key.untilSize) {
    return {
      code: 'retired-key',
      message: `${of} is signed by the key of epoch ${epoch.epoch}, which was retired at ${key.untilSize} records: a stolen old key`,
    }
  }
  if (size < epoch.fromSize) {
    return {
      code: 'rewritten',
      message: `${of} is signed by the key of epoch ${epoch.epoch}, which took over at ${epoch.fromSize} records: it was signed anew later`,
    }
  }
  return undefined
}

function backwards(target: TreeTarget, before: TreeTarget | undefined): CheckpointProblem | undefined {
  if (!before || target.size > before.size || (target.size === before.size && target.root.equals(before.root))) return undefined
  const [code, what] =
    target.size === before.size ? (['forked', 'has another root than'] as const) : (['reordered', 'comes after'] as const)
  return { code, seq: target.size, message: `the checkpoint of ${target.size} records ${what} that of ${before.size}` }
}
