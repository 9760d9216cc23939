import type { NextcloudFailure, NextcloudFailureKind } from './nextcloud-error.ts'
import type { NextcloudResponse } from './send.ts'

const disabledException = 'OC\\User\\DisabledUserException'
/** How the API of an app says the same; recorded for Passwords. */
const disabledMessage = '"Account disabled"'
const detailLimit = 300

const kinds: Readonly<Record<number, NextcloudFailureKind>> = {
  401: 'unauthorised',
  403: 'forbidden',
  404: 'not-found',
  405: 'conflict',
  409: 'conflict',
  412: 'precondition-failed',
  413: 'too-large',
  423: 'locked',
  429: 'rate-limited',
}

function text(response: NextcloudResponse): string {
  return Buffer.from(response.body.subarray(0, 64 * 1024)).toString('utf8')
}

function kindOf(response: NextcloudResponse, body: string): NextcloudFailureKind {
  const { status, headers } = response
  if (status === 503 && body.includes(disabledException)) return 'revoked'
  if (status === 401 && body.includes(disabledMessage)) return 'revoked'
  if (status === 503 && headers['x-nextcloud-maintenance-mode'] === '1') return 'maintenance'
  if (status >= 500) return 'unavailable'
  return kinds[status] ?? 'refused'
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3) as milliseconds from `nowMs`; null when absent or neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}

/** The words of the server that help a person, without its markup. */
function detailOf(body: string): string {
  const xml = /<s:message>([^<]*)<\/s:message>/.exec(body)?.[1]
  const json = /"message":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1]
  return (xml ?? json ?? '').slice(0, detailLimit)
}

/** What an answer with an unexpected status means. */
export function failureOf(doing: string, response: NextcloudResponse, nowMs: number): NextcloudFailure {
  const body = text(response)
  return {
    kind: kindOf(response, body),
    doing,
    status: response.status,
    retryAfterMs: retryAfterMs(response.headers['retry-after'], nowMs),
    detail: detailOf(body),
  }
}
