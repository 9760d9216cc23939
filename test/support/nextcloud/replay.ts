import { request as httpRequest } from 'node:http'
import { davBody, type Likeness } from './likeness.ts'
import type { RecordedExchange } from './recordings.ts'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Sends a request's path byte for byte (fetch would collapse dots). */
export function sendRaw(
  origin: string,
  request: {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string | null
  },
): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const body = request.body ?? undefined
    const headers = { ...request.headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) }
    const sent = httpRequest({ hostname, port, method: request.method, path: request.path, headers, agent: false })
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const entries = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
        resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(entries), body: Buffer.concat(chunks).toString('utf8') })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

function comparableBody(headers: Readonly<Record<string, string>>, body: string): unknown {
  const type = headers['content-type'] ?? ''
  if (type.startsWith('application/json')) return JSON.parse(body)
  if (type.startsWith('application/xml')) return davBody(body)
  // The error page for browsers carries a nonce and a request's number: only its title is the contract.
  if (body.startsWith('<!DOCTYPE html>')) return /<h2>(.*?)<\/h2>/.exec(body)?.[1]
  return body
}

/** Sends a recorded request to `origin` as the account whose credential is given, and says how the answer differs from the recorded one. */
export async function replay(
  origin: string,
  exchange: RecordedExchange,
  likeness: Likeness,
  authorization: string,
): Promise<readonly string[]> {
  const { method, path, headers, body } = exchange.request
  const sent: Record<string, string> = { ...headers, 'User-Agent': 'node' }
  if (headers['Authorization']) sent['Authorization'] = authorization
  const answer = await sendRaw(origin, {
    method,
    path: likeness.translate(path),
    headers: sent,
    body: body === null ? null : likeness.translate(body),
  })
  const expected = exchange.response
  if (answer.status !== expected.status)
    return [`status: ${expected.status} was recorded, here is ${answer.status}: ${answer.body.slice(0, 300)}`]
  const ofHeaders = Object.entries(expected.headers).flatMap(([name, value]) =>
    likeness.differences(`header ${name}`, value, answer.headers[name]),
  )
  const ofBody = likeness.differences('body', comparableBody(expected.headers, expected.body), comparableBody(answer.headers, answer.body))
  const marked =
    answer.headers['x-moltagent-double'] === undefined ? [] : ['header x-moltagent-double: a recorded exchange is marked as unrecorded']
  return [...ofHeaders, ...ofBody, ...marked]
}
