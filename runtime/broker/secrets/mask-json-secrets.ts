import { JsonScanError, JsonScanner } from './json-scanner.ts'

/**
 * Takes string members out of JSON bytes without ever making a JavaScript string of them.
 *
 * `paths` are dotted member names (`password`, `certificate.privateKey`). Each found value is returned unescaped in a Buffer of its
 * own, which the caller zeroes, and overwritten in `json` with `x`, so that the rest may be parsed as usual. Escapes in names are
 * resolved first. Throws `JsonScanError` for bytes that are not JSON, for a repeated name on such a path, or a value that is not a string.
 */
export function maskJsonSecrets(json: Buffer, paths: readonly string[]): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>()
  try {
    new JsonScanner(json, (path, value) => {
      if (!paths.includes(path)) return
      if (value === undefined) throw new JsonScanError(`taking ${path} out of JSON: its value is not a string`)
      if (found.has(path)) throw new JsonScanError(`taking ${path} out of JSON: it is there twice`)
      found.set(path, value.unescaped())
      value.mask()
    }).scan()
  } catch (error) {
    for (const value of found.values()) value.fill(0)
    throw error
  }
  return found
}
