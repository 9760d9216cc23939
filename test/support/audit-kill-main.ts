import { writeSync } from 'node:fs'
import { join } from 'node:path'
import type { AppendFile, LogFiles } from '../../runtime/audit/log-files.ts'
import { FileSalts } from '../../runtime/audit/file-salts.ts'
import { fileSigningKeys } from '../../runtime/audit/file-signing-keys.ts'
import { defaultLogLimits } from '../../runtime/audit/log-limits.ts'
import { nodeLogFiles } from '../../runtime/audit/node-log-files.ts'
import { openAuditLog } from '../../runtime/audit/open-audit-log.ts'
import { systemAuditClock } from '../../runtime/audit/audit-clock.ts'
import type { SigningKeys } from '../../runtime/audit/audit-signer.ts'

// A writer that kills itself (SIGKILL) before its n-th step on the disk, in the middle of it if it is a write.
// Tells each record on standard output after it was acknowledged: `<seq> <hash>`. Exits 0 if it never came to step n.

const [folder = '', killAt = '0', boot = 'boot'] = process.argv.slice(2)
let steps = 0

function isLastStep(): boolean {
  steps += 1
  return steps === Number(killAt)
}

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  // The signal is on its way; nothing more may happen.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  throw new Error('not reached')
}

function step(): void {
  if (isLastStep()) die()
}

function mortalFile(file: AppendFile): AppendFile {
  return {
    size: () => file.size(),
    append: async (bytes) => {
      if (isLastStep()) {
        await file.append(bytes.subarray(0, Math.floor(bytes.length / 2)))
        die()
      }
      await file.append(bytes)
    },
    datasync: async () => {
      step()
      await file.datasync()
      step()
    },
    truncate: async (size) => {
      step()
      await file.truncate(size)
    },
    close: () => file.close(),
  }
}

function mortalFiles(files: LogFiles): LogFiles {
  return {
    ...files,
    openAppend: async (name) => mortalFile(await files.openAppend(name)),
    place: async (name, content) => {
      step()
      await files.place(name, content)
      step()
    },
  }
}

function mortalKeys(keys: SigningKeys): SigningKeys {
  return {
    find: (key) => keys.find(key),
    create: async () => {
      step()
      return keys.create()
    },
    keepOnly: async (key) => {
      step()
      await keys.keepOnly(key)
      step()
    },
  }
}

const log = await openAuditLog({
  files: mortalFiles(await nodeLogFiles(join(folder, 'log'))),
  keys: mortalKeys(await fileSigningKeys(join(folder, 'private', 'keys'))),
  salts: await FileSalts.open(join(folder, 'private', 'salts')),
  origin: 'moltagent.example/killed',
  clock: systemAuditClock(() => process.hrtime.bigint()),
  boot,
  limits: { ...defaultLogLimits, segmentRecords: 16, checkpointRecords: 6 },
  events: { onTrouble: (error) => console.error(error) },
})
const tell = ({ seq, hash }: { readonly seq: number; readonly hash: string }): number => writeSync(1, `${seq} ${hash}\n`)

for (let round = 0; round < 4; round += 1) {
  const intent = await log.append('broker', {
    kind: 'intent',
    highRisk: round % 2 === 0,
    hidden: { room: { value: 'general', subject: `subject-${round}` } },
  })
  tell(intent)
  await Promise.all(['one', 'two', 'three'].map(async (result) => tell(await log.append('agent', { kind: 'note', result }))))
  tell(await log.append('broker', { kind: 'outcome', intent: intent.seq, result: 'ok' }))
  if (round === 1) await log.nextEpoch()
}
await log.close()
