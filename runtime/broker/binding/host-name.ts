const labelPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
/** What URL parsers read as a number, and so as an address: `1`, `0x7f`, `0177`. */
const numericLabelPattern = /^(?:\d+|0x[0-9a-f]*)$/

/**
 * Is it the plain name of a host: lower-case ASCII labels, at least two, the last one not a number?
 *
 * So no address in any notation, no trailing dot, no wildcard, no underscore, nothing that IDNA would still map: such names are
 * given as punycode.
 */
export function isHostName(host: string): boolean {
  if (host.length > 253) return false
  const labels = host.split('.')
  const last = labels.at(-1) ?? ''
  return labels.length >= 2 && labels.every((label) => labelPattern.test(label)) && !numericLabelPattern.test(last)
}
