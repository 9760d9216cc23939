import canonicalize from 'canonicalize'

/** What can be canonicalised: a JSON value; a property that is `undefined` counts as absent. */
export type CanonicalInput =
  | string
  | number
  | boolean
  | null
  | readonly CanonicalInput[]
  | { readonly [name: string]: CanonicalInput | undefined }

/**
 * UTF-8 text of a JSON value in the JSON Canonicalization Scheme (RFC 8785): equal values, equal bytes.
 *
 * Throws `TypeError` for what JSON cannot say (`undefined`, a function, a number that is not finite).
 */
export function canonicalJson(value: CanonicalInput): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('canonicalising a value for hashing: it is not a JSON value')
  return text
}
