import canonicalize from 'canonicalize'
import type { JsonValue } from './json-value.ts'

/**
 * UTF-8 text of a JSON value in the JSON Canonicalization Scheme (RFC 8785): equal values, equal bytes.
 *
 * Throws `TypeError` for what JSON cannot say (`undefined`, a function, a number that is not finite).
 */
export function canonicalJson(value: JsonValue): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('canonicalising a value for hashing: it is not a JSON value')
  return text
}
