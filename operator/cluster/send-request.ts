import http from 'node:http'
import https from 'node:https'
import { ApiUnreachable } from './api-error.ts'
import type { Connection } from './connection.ts'

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/** Sends one request; resolves with the response once its head is there, rejects with `ApiUnreachable` when there is none. */
export async function sendRequest(connection: Connection, request: ApiRequest): Promise<http.IncomingMessage> {
  const options = await connection.options()
  const first = await attempt(connection.server, options, request)
  if (!('staleSocket' in first)) return first.response
  // The server had closed an idle socket just when we used it again: nothing was processed, so once more, on a fresh one.
  const second = await attempt(connection.server, { ...options, agent: false }, request)
  if ('staleSocket' in second) throw second.staleSocket
  return second.response
}

type Attempt = { readonly response: http.IncomingMessage } | { readonly staleSocket: Error }

function attempt(server: URL, options: https.RequestOptions, request: ApiRequest): Promise<Attempt> {
  const query = new URLSearchParams(request.query).toString()
  const path = `${server.pathname.replace(/\/$/, '')}${request.path}${query === '' ? '' : `?${query}`}`
  const body = request.body === undefined ? undefined : Buffer.from(request.body)
  const headers = {
    accept: 'application/json',
    ...(options.headers as http.OutgoingHttpHeaders | undefined),
    ...request.headers,
    ...(body === undefined ? {} : { 'content-length': body.length }),
  }
  const where = { protocol: server.protocol, hostname: server.hostname.replace(/^\[|\]$/g, ''), port: server.port, path }
  return new Promise((resolve, reject) => {
    const send = server.protocol === 'http:' ? http.request : https.request
    const outgoing = send({ ...options, ...where, method: request.method, headers, signal: request.signal })
    outgoing.on('response', (response) => resolve({ response }))
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const unreachable = new ApiUnreachable(`${request.method} ${request.path}: the API server did not answer: ${error.message}`, {
        cause: error,
      })
      const stale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE') && request.method !== 'POST'
      if (stale) resolve({ staleSocket: unreachable })
      else reject(unreachable)
    })
    outgoing.end(body)
  })
}
