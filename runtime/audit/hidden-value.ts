import { createHmac } from 'node:crypto'
import type { AuditEntry, AuditRecord } from '../protocol/audit-record.ts'
import type { Salt, Salts } from './salts.ts'

/** What a record keeps of a low-entropy value: `<salt id>:<HMAC-SHA-256>`. The field's name is in the HMAC: equal values of two fields differ. */
export function hiddenValue(name: string, value: string, salt: Salt): string {
  const digest = createHmac('sha256', salt.bytes).update(`${name.length}:${name}`).update(value).digest('hex')
  return `${salt.id}:${digest}`
}

/** Hides all of an entry's low-entropy values. */
export async function hiddenValues(hidden: AuditEntry['hidden'], salts: Salts): Promise<AuditRecord['hidden']> {
  if (!hidden) return undefined
  const values: Record<string, string> = {}
  for (const [name, { value, subject }] of Object.entries(hidden)) values[name] = hiddenValue(name, value, await salts.of(subject))
  return values
}
