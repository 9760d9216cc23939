import { phpJson } from './php-json.ts'
import type { Webhook } from './webhook.ts'

/** What a handler gives back. `webhooks` are delivered after the state is stored. `holdMs`: ask again until then (long polling). */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly unrecorded?: true
  readonly webhooks?: readonly Webhook[]
  readonly holdMs?: number
}

/** Thrown by a handler to end the exchange with an answer and undo what it stored. */
export class Refusal extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super(`refused with status ${answer.status}`)
    this.answer = answer
  }
}

const jsonType = { 'content-type': 'application/json; charset=utf-8' }
const xmlType = { 'content-type': 'application/xml; charset=utf-8' }

export function jsonAnswer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { ...jsonType, ...headers }, body: phpJson(value) }
}

/** OCS version 2: codes below 200 are sent as 400, 997 as 401, 998 as 404, 996 and 999 as 500 (Nextcloud's V2Response). */
function httpStatusOf(code: number): number {
  const special: Readonly<Record<number, number>> = { 996: 500, 997: 401, 998: 404, 999: 500 }
  return special[code] ?? (code < 200 || code > 600 ? 400 : code)
}

/** Data in the OCS envelope, sent with the HTTP status of the code. */
export function ocsAnswer(code: number, data: unknown, more: Partial<Pick<Answer, 'headers' | 'webhooks'>> = {}): Answer {
  const answer = jsonAnswer(httpStatusOf(code), { ocs: { meta: { status: 'ok', statuscode: code, message: 'OK' }, data } }, more.headers)
  return { ...answer, ...(more.webhooks ? { webhooks: more.webhooks } : {}) }
}

export function ocsFailure(code: number, message: string, data: unknown = []): Answer {
  const headers = code === 997 ? { 'www-authenticate': 'Basic realm="Authorisation Required"' } : {}
  return jsonAnswer(httpStatusOf(code), { ocs: { meta: { status: 'failure', statuscode: code, message }, data } }, headers)
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** An error as Sabre prints it. `header` names the precondition that failed. */
export function davFailure(status: number, exception: string, message: string, header?: string): Answer {
  const namesHeader = header ? `  <s:header>${escapeXml(header)}</s:header>\n` : ''
  return {
    status,
    headers: xmlType,
    body: `<?xml version="1.0" encoding="utf-8"?>\n<d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns">\n  <s:exception>${escapeXml(exception)}</s:exception>\n  <s:message>${escapeXml(message)}</s:message>\n${namesHeader}</d:error>\n`,
  }
}

export function xmlAnswer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { ...xmlType, ...headers }, body }
}

export function unrecorded(answer: Answer): Answer {
  return { ...answer, unrecorded: true }
}
