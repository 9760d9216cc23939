import type { AuditLabel } from './audit-record.ts'
import type { Label } from './label.ts'

/** A label as the log may keep it: how many readers and sources, never their names. */
export function auditLabel(label: Label): AuditLabel {
  return {
    integrity: label.integrity,
    sensitivity: label.sensitivity,
    readers: label.readers === 'all' ? 'all' : label.readers.length,
    sources: label.sources.length,
  }
}
