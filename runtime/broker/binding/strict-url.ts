import { isHostName } from './host-name.ts'

export interface StrictUrl {
  readonly host: string
  readonly port: number
  /** Percent-encoded, begins with `/`. */
  readonly path: string
  /** With its `?`; empty when absent. */
  readonly query: string
}

/** RFC 3986 without user, address and fragment: what several parsers cannot read differently. */
const urlPattern =
  /^https:\/\/([a-z0-9.-]{1,253})(?::([1-9]\d{0,4}))?(\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?$/
const longestUrl = 4096
const brokenEscape = /%(?![0-9A-Fa-f]{2})/
/** Encoded slash, backslash, dot, percent sign and control characters: somebody behind us might decode them. */
const hiddenInPath = /%(?:2f|5c|2e|25|[01][0-9a-f]|7f)/i
const controlInQuery = /%(?:[01][0-9a-f]|7f)/i

function isPlainPath(path: string): boolean {
  if (brokenEscape.test(path) || hiddenInPath.test(path) || path.includes('//')) return false
  return !path.split('/').some((segment) => segment === '.' || segment === '..')
}

/** The platform's own parser must come to the same parts. */
function agreesWithPlatform(text: string, url: StrictUrl): boolean {
  const other = URL.canParse(text) ? new URL(text) : undefined
  if (other === undefined) return false
  const port = other.port === '' ? 443 : Number(other.port)
  return other.hostname === url.host && port === url.port && other.pathname === url.path && other.username === '' && other.password === ''
}

function urlParts(text: string): StrictUrl | undefined {
  const match = text.length > longestUrl ? null : urlPattern.exec(text)
  if (match?.[1] === undefined) return undefined
  return { host: match[1], port: Number(match[2] ?? 443), path: match[3] ?? '/', query: match[4] ?? '' }
}

const isPlainQuery = (query: string): boolean => !brokenEscape.test(query) && !controlInQuery.test(query)

/** Parses `https://host[:port][/path][?query]`; `undefined` for whatever could be read in two ways. */
export function parseStrictUrl(text: string): StrictUrl | undefined {
  const url = urlParts(text)
  if (url === undefined || url.port > 65_535) return undefined
  if (!isHostName(url.host) || !isPlainPath(url.path) || !isPlainQuery(url.query)) return undefined
  return agreesWithPlatform(text, url) ? url : undefined
}
