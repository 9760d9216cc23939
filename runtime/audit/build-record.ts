import { canonicalJson } from '../protocol/canonical-json.ts'
import { auditLineLimitBytes, auditRecordSchema, type AuditEntry, type AuditRecord } from '../protocol/audit-record.ts'
import { AuditRefusedError } from '../protocol/audit-refused-error.ts'

/** What the log is asked to record, hidden values hidden. */
export type Draft = Omit<AuditEntry, 'kind' | 'hidden'> & Pick<AuditRecord, 'kind' | 'actor' | 'hidden' | 'unmatched'>

/** Where and when a record stands. */
export type Standing = Pick<AuditRecord, 'seq' | 'boot' | 'at' | 'monotonicMs' | 'previous'>

/** The canonical line of a record, newline included. Refuses, as `bad-request` or `too-large`, what the log could not read again. */
export function recordLine(draft: Draft, standing: Standing): Buffer {
  const record = { schemaVersion: 1, ...draft, ...standing }
  const parsed = auditRecordSchema.safeParse(record)
  if (!parsed.success)
    throw new AuditRefusedError(
      'bad-request',
      `recording for ${draft.actor}: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`,
    )
  const line = Buffer.from(`${canonicalJson(parsed.data)}\n`)
  if (line.length > auditLineLimitBytes) {
    throw new AuditRefusedError(
      'too-large',
      `recording for ${draft.actor}: the record has ${line.length} bytes, at most ${auditLineLimitBytes} are allowed`,
    )
  }
  return line
}
