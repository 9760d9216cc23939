import type { JsonValue } from '../protocol/json-value.ts'

const linkPattern =
  /(?:[a-z][a-z0-9+.-]*:\/\/|mailto:|javascript:|data:[a-z]+\/|www\.)|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}(?:\/|\b)|!?\[[^\]]*\]\(/i

/**
 * Does a text, anywhere in a value, hold what a client might turn into a link: a scheme, `www.`, a host name, a Markdown link?
 *
 * Errs towards yes: `report.pdf` counts, since `.pdf` could be a domain.
 */
export function hasLink(value: JsonValue): boolean {
  if (typeof value === 'string') return linkPattern.test(value)
  if (Array.isArray(value)) return value.some(hasLink)
  if (value === null || typeof value !== 'object') return false
  return Object.entries(value).some(([key, inner]) => linkPattern.test(key) || hasLink(inner))
}
