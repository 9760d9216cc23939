import { davFailure, Refusal } from '../answer.ts'
import type { Exchange } from '../exchange.ts'

function tags(header: string): readonly string[] {
  return header.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
}

function fail(header: 'If-Match' | 'If-None-Match', message: string, etag: string | null): never {
  const answer = davFailure(412, 'Sabre\\DAV\\Exception\\PreconditionFailed', message, header)
  throw new Refusal(header === 'If-Match' && etag !== null ? { ...answer, headers: { ...answer.headers, etag } } : answer)
}

function checkIfMatch(header: string | undefined, etag: string | null): void {
  if (header === undefined) return
  if (etag === null) fail('If-Match', 'An If-Match header was specified and the resource did not exist', null)
  if (header === '*' || tags(header).includes(etag)) return
  fail('If-Match', 'An If-Match header was specified, but none of the specified ETags matched.', etag)
}

/** Ends the exchange with 412 when If-Match or If-None-Match does not hold. `etag` with its quotes; null: there is no such resource. */
export function checkPreconditions(exchange: Exchange, etag: string | null): void {
  checkIfMatch(exchange.headers['if-match'], etag)
  const ifNoneMatch = exchange.headers['if-none-match']
  const reads = exchange.method === 'GET' || exchange.method === 'HEAD'
  if (ifNoneMatch === undefined || etag === null || reads) return
  if (ifNoneMatch === '*' || tags(ifNoneMatch).includes(etag)) {
    fail('If-None-Match', 'An If-None-Match header was specified, but the ETag matched (or * was specified).', etag)
  }
}

/** True when a read may be answered with 304. */
export function isNotModified(exchange: Exchange, etag: string): boolean {
  const header = exchange.headers['if-none-match']
  return header !== undefined && (header === '*' || tags(header).includes(etag))
}
