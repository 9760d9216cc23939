import { auditRecordSchema, type AuditRecord } from '../../protocol/audit-record.ts'
import { isCanonical, lineText, parsedJson } from '../canonical-line.ts'
import { lineLeafHash, type RawLine } from '../scan-lines.ts'

/** One line of a segment where a record is expected. */
export interface RecordLine {
  /** Leaf hash, hexadecimal: a million Buffers would cost more than the hashing. */
  readonly leaf: string
  readonly line: number
  readonly byte: number
  readonly content: { readonly state: 'record'; readonly record: AuditRecord } | { readonly state: 'unreadable'; readonly why: string }
}

/** Reads a line as a record. The hash is over the line's bytes whatever they are. */
export function readRecordLine(line: RawLine): RecordLine {
  const content = recordContent(lineText(line))
  return { leaf: lineLeafHash(line), line: line.number, byte: line.byte, content }
}

function recordContent(text: string | undefined): RecordLine['content'] {
  if (text === undefined) return { state: 'unreadable', why: 'it is not UTF-8' }
  const value = parsedJson(text)
  if (value === undefined) return { state: 'unreadable', why: 'it is not JSON' }
  const parsed = auditRecordSchema.safeParse(value)
  if (!parsed.success)
    return { state: 'unreadable', why: `it is not an audit record (${parsed.error.issues[0]?.path.join('.') || 'its keys'})` }
  if (!isCanonical(text, value)) return { state: 'unreadable', why: 'it is not canonical JSON (RFC 8785)' }
  return { state: 'record', record: parsed.data }
}
