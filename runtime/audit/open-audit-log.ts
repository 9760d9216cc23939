import { AuditRefusedError } from '../protocol/audit-refused-error.ts'
import type { AuditClock } from './audit-clock.ts'
import { AuditLog, type LogEvents } from './audit-log.ts'
import { createAuditLog } from './create-audit-log.ts'
import { segmentIndices } from './file-names.ts'
import type { LogLimits } from './log-limits.ts'
import { LogWriter } from './log-writer.ts'
import { readLogState, type LogPlace } from './read-log-state.ts'
import type { Salts } from './salts.ts'

export interface AuditLogOptions extends LogPlace {
  readonly salts: Salts
  readonly clock: AuditClock
  /** Names this run of the machine: monotonic times compare within it. */
  readonly boot: string
  readonly limits: LogLimits
  readonly events: LogEvents
}

/**
 * Opens a log, or begins one where there is none. Cuts off a torn tail and reports it, with intents that lost their outcome, as the
 * log's next records. Reads the last segment whole and the seams of the others; `moltagent-audit verify` reads everything.
 *
 * Throws `AuditDamagedError` for a log that does not fit together: it must not be continued. A full disk does not keep it from opening:
 * reads go on, appends are refused until there is room.
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const { files, limits } = options
  if (segmentIndices(await files.names()).length === 0) await createAuditLog({ ...options, segmentRecords: limits.segmentRecords })
  const { state, recovery } = await readLogState(options)
  const log = new AuditLog(new LogWriter(options, state), { ...options, recovery })
  try {
    await log.begin()
  } catch (error) {
    if (!(error instanceof AuditRefusedError && error.code === 'disk-full')) throw error
    options.events.onTrouble(error)
  }
  return log
}
