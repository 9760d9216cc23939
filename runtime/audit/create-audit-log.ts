import { canonicalJson } from '../protocol/canonical-json.ts'
import { emptyRoot } from '../protocol/merkle-hash.ts'
import { AuditDamagedError } from './audit-damaged-error.ts'
import type { AuditClock } from './audit-clock.ts'
import type { SigningKeys } from './audit-signer.ts'
import { signedEpoch } from './epoch.ts'
import { checkpointsFile, epochsFile, segmentFile } from './file-names.ts'
import type { LogFiles } from './log-files.ts'
import { noPrevious, signedSeam } from './seam.ts'

/** What a new log needs. */
export interface NewLog {
  readonly files: LogFiles
  readonly keys: SigningKeys
  readonly clock: AuditClock
  readonly origin: string
  readonly segmentRecords: number
}

/**
 * Begins a log in a folder without segments. What a crash in the middle of beginning left is done anew; what shows that there was a
 * log already is refused: its segments were removed.
 */
export async function createAuditLog({ files, keys, clock, origin, segmentRecords }: NewLog): Promise<void> {
  await refuseRemains(files, origin)
  const signer = await keys.create()
  const root = emptyRoot().toString('base64url')
  const epoch = { schemaVersion: 1, origin, epoch: 0, key: signer.publicKey, fromSize: 0, root, at: clock.now().toISOString() } as const
  const first = { segment: 0, segmentRecords, firstSeq: 0, previous: noPrevious, root, openIntents: [] }
  const seam = signedSeam({ schemaVersion: 1, kind: 'seam', origin, ...first }, signer)
  await files.place(epochsFile, Buffer.from(`${canonicalJson({ ...signedEpoch(epoch, signer) })}\n`))
  await files.place(checkpointsFile, Buffer.alloc(0))
  await files.place(segmentFile(0), Buffer.from(`${canonicalJson({ ...seam })}\n`))
  await keys.keepOnly(signer.publicKey)
}

async function refuseRemains(files: LogFiles, origin: string): Promise<void> {
  const names = await files.names()
  const hadCheckpoints = names.includes(checkpointsFile) && (await files.size(checkpointsFile)) > 0
  if (hadCheckpoints) throw new AuditDamagedError(origin, 'there are checkpoints but no segments: its records were removed')
}
