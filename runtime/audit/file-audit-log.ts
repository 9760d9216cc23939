import { join } from 'node:path'
import type { AuditLog } from './audit-log.ts'
import { FileSalts } from './file-salts.ts'
import { fileSigningKeys } from './file-signing-keys.ts'
import { nodeLogFiles } from './node-log-files.ts'
import { openAuditLog, type AuditLogOptions } from './open-audit-log.ts'

export type FileAuditLogOptions = Omit<AuditLogOptions, 'files' | 'keys' | 'salts'> & {
  /** Gets `log/` (to be copied and verified by anybody), `private/keys/` and `private/salts/` (mode 0700, never to leave). */
  readonly folder: string
}

/** Opens the log in a folder of this machine, or begins one there. Only one process may have it open: take the lock first. */
export async function openFileAuditLog({ folder, ...options }: FileAuditLogOptions): Promise<AuditLog> {
  return openAuditLog({
    ...options,
    files: await nodeLogFiles(join(folder, 'log')),
    keys: await fileSigningKeys(join(folder, 'private', 'keys')),
    salts: await FileSalts.open(join(folder, 'private', 'salts')),
  })
}
