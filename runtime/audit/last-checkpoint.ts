import { emptyRoot } from '../protocol/merkle-hash.ts'
import { AuditDamagedError } from './audit-damaged-error.ts'
import type { Epoch } from './epoch.ts'
import { checkpointsFile } from './file-names.ts'
import type { LogFiles } from './log-files.ts'
import { scanLines } from './scan-lines.ts'
import { checkpointLineLimitBytes, readCheckpointLine, type CheckpointProblem } from './verify/read-checkpoints.ts'
import type { TreeTarget } from './verify/tree-target.ts'

/** The newest checkpoint, and how much of the file is whole lines. */
export interface LastCheckpoint {
  readonly size: number
  readonly root: Buffer
  readonly wholeBytes: number
}

/** Reads the end of `checkpoints.jsonl`, which may be long. Throws `AuditDamagedError` for a last line that none of the log's keys signed. */
export async function lastCheckpoint(files: Pick<LogFiles, 'read' | 'size'>, epochs: readonly Epoch[]): Promise<LastCheckpoint> {
  const size = await files.size(checkpointsFile)
  const start = Math.max(0, size - 4 * checkpointLineLimitBytes)
  const read: (TreeTarget | CheckpointProblem)[] = []
  const { byte } = await scanLines(files.read(checkpointsFile, start), 2 * checkpointLineLimitBytes, (line) => {
    if (start === 0 || line.number > 1) read.splice(0, 1, readCheckpointLine(line, epochs))
  })
  const last = read[0] ?? { size: 0, root: emptyRoot() }
  if ('message' in last) throw new AuditDamagedError(epochs[0]?.origin ?? '', last.message)
  return { size: last.size, root: last.root, wholeBytes: start + byte }
}
