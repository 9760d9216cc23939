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
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new AuditRefusedError('bad-request', `recording for ${draft.actor}: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  const line = Buffer.from(`${canonicalText(parsed.data)}\n`)
  if (line.length > auditLineLimitBytes) {
    const why = `the record has ${line.length} bytes, at most ${auditLineLimitBytes} are allowed`
    throw new AuditRefusedError('too-large', `recording for ${draft.actor}: ${why}`)
  }
  return line
}

function canonicalText(record: AuditRecord): string {
  try {
    return canonicalJson({ ...record })
  } catch (cause) {
    throw new AuditRefusedError('bad-request', `recording for ${record.actor}: it cannot be written as canonical JSON`, { cause })
  }
}
