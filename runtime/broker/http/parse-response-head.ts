import { HttpError } from './http-error.ts'

export interface ResponseHead {
  readonly status: number
  /** Lower-case names; repeated fields joined by a comma and a space. */
  readonly headers: ReadonlyMap<string, string>
}

/** How the end of a body is known: RFC 9112, section 6.3. */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' }

const statusLinePattern = /^HTTP\/1\.[01] ([1-5]\d\d)(?: [\x20-\x7e\x80-\xff]*)?$/
const fieldPattern = /^([A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/
/** Twelve digits: 1 TB. Longer ones are a mistake or an attack on arithmetic. */
const lengthPattern = /^\d{1,12}$/

function addField(headers: Map<string, string>, line: string): void {
  const match = fieldPattern.exec(line)
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new HttpError('response-header-malformed', 'reading a response: a header line is malformed')
  }
  const name = match[1].toLowerCase()
  const earlier = headers.get(name)
  headers.set(name, earlier === undefined ? match[2] : `${earlier}, ${match[2]}`)
}

/** Parses a head without its final empty line. Folded lines, bare line feeds and control characters are refused. */
export function parseResponseHead(bytes: Buffer, headerCount: number): ResponseHead {
  const [statusLine, ...lines] = bytes.toString('latin1').split('\r\n')
  const status = statusLinePattern.exec(statusLine ?? '')?.[1]
  if (status === undefined) throw new HttpError('response-status-malformed', 'reading a response: its status line is malformed')
  if (lines.length > headerCount) throw new HttpError('response-too-many-headers', `reading a response: more than ${headerCount} headers`)
  const headers = new Map<string, string>()
  for (const line of lines) addField(headers, line)
  return { status: Number(status), headers }
}

function lengthFraming(text: string): BodyFraming {
  if (!lengthPattern.test(text)) throw new HttpError('response-length-malformed', 'reading a response: its Content-Length is malformed')
  return { kind: 'length', bytes: Number(text) }
}

function assertOneCoding(head: ResponseHead): void {
  const coding = head.headers.get('transfer-encoding')
  const encoding = head.headers.get('content-encoding') ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') {
    throw new HttpError('response-compressed', 'reading a response: it is compressed although identity was asked for')
  }
  if (coding === undefined) return
  if (head.headers.has('content-length')) {
    throw new HttpError('response-framing-ambiguous', 'reading a response: both Content-Length and Transfer-Encoding')
  }
  if (coding.toLowerCase() !== 'chunked') {
    throw new HttpError('response-coding-unknown', 'reading a response: a transfer coding other than chunked')
  }
}

/** Refuses what two parsers could read differently: a length beside chunks, several lengths, any other coding. */
export function bodyFraming(head: ResponseHead, method: string): BodyFraming {
  assertOneCoding(head)
  if (method === 'HEAD' || head.status === 204 || head.status === 304) return { kind: 'none' }
  if (head.headers.has('transfer-encoding')) return { kind: 'chunked' }
  const length = head.headers.get('content-length')
  return length === undefined ? { kind: 'close' } : lengthFraming(length)
}
