import { HttpError } from './http-error.ts'

/** One header field. A value that holds a secret comes as bytes and never becomes a string. */
export interface HeaderField {
  readonly name: string
  readonly value: string | Buffer
}

export interface RequestLine {
  readonly method: string
  /** Origin-form: path and query, already percent-encoded; or `host:port` for CONNECT. */
  readonly target: string
  readonly host: string
}

const methodPattern = /^[A-Z]{1,16}$/
const namePattern = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/
const targetPattern = /^[\x21-\x7e]{1,8192}$/
const lowestVisible = 0x20
const highestVisible = 0x7e

function assertFieldValue(name: string, value: Buffer): void {
  const clean = value.every((byte) => byte >= lowestVisible && byte <= highestVisible)
  if (!clean) throw new HttpError('header-value-malformed', `writing header ${name}: its value is not printable ASCII`)
}

function assertField(field: HeaderField): void {
  if (!namePattern.test(field.name)) throw new HttpError('header-name-malformed', 'writing a request: a header name is not a token')
  assertFieldValue(field.name, typeof field.value === 'string' ? Buffer.from(field.value, 'utf8') : field.value)
}

function assertLine(line: RequestLine): void {
  if (!methodPattern.test(line.method)) throw new HttpError('method-malformed', 'writing a request: the method is not a token')
  if (!targetPattern.test(line.target)) throw new HttpError('target-malformed', 'writing a request: the target is not printable ASCII')
  if (!targetPattern.test(line.host)) throw new HttpError('host-malformed', 'writing a request: the host is not printable ASCII')
}

const lengthOf = (part: string | Buffer): number => (typeof part === 'string' ? Buffer.byteLength(part) : part.length)

/**
 * Bytes of an HTTP/1.1 request head (RFC 9112) in one Buffer of its own, which the caller zeroes after writing it.
 *
 * `Host`, `Connection: close` and `Accept-Encoding: identity` are its own. Throws `HttpError` for a line break, a NUL or any other
 * byte that is not printable, in any part: nothing can be injected, by a credential either.
 */
export function requestHead(line: RequestLine, fields: readonly HeaderField[]): Buffer {
  assertLine(line)
  fields.forEach(assertField)
  const opening = `${line.method} ${line.target} HTTP/1.1\r\nHost: ${line.host}\r\nConnection: close\r\nAccept-Encoding: identity\r\n`
  const parts = [opening, ...fields.flatMap((field) => [`${field.name}: `, field.value, '\r\n']), '\r\n']
  const head = Buffer.allocUnsafeSlow(parts.reduce((sum, part) => sum + lengthOf(part), 0))
  let at = 0
  for (const part of parts) {
    at += typeof part === 'string' ? head.write(part, at, 'latin1') : part.copy(head, at)
  }
  return head
}
