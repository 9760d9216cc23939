import { Agent, request as httpsRequest } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { ApiError } from './api-error.ts'
import type { Identity } from './identity.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface RequestOptions {
  readonly body?: unknown
  /** Default `application/json`; patches name theirs, such as `application/merge-patch+json`. */
  readonly contentType?: string
  readonly signal?: AbortSignal
}

/**
 * Raw JSON to and from one API server as one identity. Nothing is added to or dropped from a body.
 * `request` answers the parsed body and throws `ApiError` for a status of 400 or more.
 * `stream` answers one parsed value per line until the server or the signal ends it.
 */
export interface KubernetesClient {
  request(method: Method, path: string, options?: RequestOptions): Promise<unknown>
  stream(path: string, signal: AbortSignal): AsyncIterable<unknown>
  close(): void
}

/** At most 16 requests of one client are under way; more of them only queue inside the server. */
const maxSockets = 16

export function createKubernetesClient(identity: Identity): KubernetesClient {
  const tls = { ca: identity.authority, cert: identity.certificate, key: identity.key }
  const agent = new Agent({ ...tls, keepAlive: true, maxSockets })
  // Watches last: they must not use up the sockets of requests.
  const watchAgent = new Agent({ ...tls, keepAlive: false })

  return {
    async request(method, path, options = {}) {
      const answer = await send(agent, new URL(path, identity.server), method, options)
      return parseAnswer(`${method} ${path}`, answer.statusCode ?? 0, await text(answer))
    },
    async *stream(path, signal) {
      const answer = await send(watchAgent, new URL(path, identity.server), 'GET', { signal })
      if ((answer.statusCode ?? 0) >= 400) throw new ApiError(`GET ${path}`, answer.statusCode ?? 0, await text(answer))
      try {
        for await (const line of createInterface({ input: answer, crlfDelay: Infinity })) if (line !== '') yield JSON.parse(line)
      } finally {
        answer.destroy()
      }
    },
    close() {
      agent.destroy()
      watchAgent.destroy()
    },
  }
}

function parseAnswer(what: string, status: number, body: string): unknown {
  if (status >= 400) throw new ApiError(what, status, body)
  return body.startsWith('{') || body.startsWith('[') ? JSON.parse(body) : body
}

function send(agent: Agent, url: URL, method: Method, options: RequestOptions): Promise<IncomingMessage> {
  const body = options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body))
  const headers = {
    accept: 'application/json',
    'user-agent': 'moltagent-local',
    ...(body ? { 'content-type': options.contentType ?? 'application/json', 'content-length': body.length } : {}),
  }
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, { agent, method, headers, ...(options.signal ? { signal: options.signal } : {}) }, resolve)
    request.on('error', (cause) => reject(new Error(`${method} ${url.pathname}: ${cause.message}`, { cause })))
    request.end(body)
  })
}
