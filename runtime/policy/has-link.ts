import type { JsonValue } from '../protocol/json-value.ts'

/** A scheme, `www.`, the seam of a Markdown link, or an e-mail address with a path behind it. */
const plainLinkPattern =
  /[a-z0-9+.-]:\/\/|(?:mailto|javascript|data|tel):\S|www\.[\p{L}\p{N}]|\]\(|@[\p{L}\p{N}.-]{1,253}\.\p{L}{2,24}[/:?#]/iu

/**
 * A host name that stands alone, with its last label; the domain of a bare e-mail address does not stand alone. Its lengths are those
 * of DNS and mail, so that no text makes the search slow.
 */
const hostPattern =
  /(?<![\p{L}\p{N}_.@-])(?:[\p{L}\p{N}-]{1,63}\.){1,126}(\p{L}{2,24})(?![\p{L}\p{N}_-])(?!\.?[\p{L}\p{N}._-]{0,64}@)([/:?#])?/giu

/** Endings of files' names that are no top-level domains. */
const fileEndings = new Set([
  'pdf',
  'docx',
  'xlsx',
  'pptx',
  'odt',
  'ods',
  'odp',
  'txt',
  'csv',
  'png',
  'jpg',
  'jpeg',
  'ics',
  'eml',
  'html',
  'json',
  'yaml',
  'xml',
])

/** Does a text hold what a client might turn into a link? Errs towards yes: an unknown ending could be a domain. */
function isLinkText(text: string): boolean {
  if (plainLinkPattern.test(text)) return true
  return [...text.matchAll(hostPattern)].some(([, ending = '', path]) => path !== undefined || !fileEndings.has(ending.toLowerCase()))
}

/** Does a value hold, anywhere in it, keys included, a text that a client might turn into a link? A bare e-mail address is none. */
export function hasLink(value: JsonValue): boolean {
  if (typeof value === 'string') return isLinkText(value)
  if (Array.isArray(value)) return value.some(hasLink)
  if (value === null || typeof value !== 'object') return false
  return Object.entries(value).some(([key, inner]) => isLinkText(key) || hasLink(inner))
}
