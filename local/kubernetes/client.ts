import { Agent } from 'node:https'
import { ApiError } from '../../operator/cluster/api-error.ts'
import type { Connection } from '../../operator/cluster/connection.ts'
import { readBody } from '../../operator/cluster/read-body.ts'
import { sendRequest, type ApiRequest } from '../../operator/cluster/send-request.ts'
import type { Identity } from './identity.ts'

export interface RequestOptions {
  readonly body?: unknown
  /** Default `application/json`; a patch names its kind. */
  readonly contentType?: string
  readonly query?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Raw JSON to and from one API server as one identity. Nothing is added to or dropped from a body. */
export interface KubernetesClient {
  readonly connection: Connection
  /** Answers the parsed body, or the text of one that is not JSON; throws `ApiError` for a status of 400 or more. */
  request(method: ApiRequest['method'], path: string, options?: RequestOptions): Promise<unknown>
  close(): void
}

export const jsonPatch = 'application/json-patch+json'
export const mergePatch = 'application/merge-patch+json'
export const strategicMergePatch = 'application/strategic-merge-patch+json'

/** A server that has not answered by then is taken as dead. */
const answerTimeoutMs = 60_000

export function createKubernetesClient(identity: Identity): KubernetesClient {
  const agent = new Agent({ ca: identity.authority, cert: identity.certificate, key: identity.key, keepAlive: true, scheduling: 'lifo' })
  const close = (): void => agent.destroy()
  const connection: Connection = { server: new URL(identity.server), options: () => Promise.resolve({ agent }), close }
  return {
    connection,
    close,
    async request(method, path, options = {}) {
      const answer = await sendRequest(connection, toRequest(method, path, options))
      const body = await readBody(answer)
      const status = answer.statusCode ?? 0
      if (status >= 400) throw new ApiError(`${method} ${path}`, status, body)
      return body.startsWith('{') || body.startsWith('[') ? JSON.parse(body) : body
    },
  }
}

function toRequest(method: ApiRequest['method'], path: string, options: RequestOptions): ApiRequest {
  const timeout = AbortSignal.timeout(answerTimeoutMs)
  return {
    method,
    path,
    ...(options.query ? { query: options.query } : {}),
    ...(options.body === undefined
      ? {}
      : { body: JSON.stringify(options.body), headers: { 'content-type': options.contentType ?? 'application/json' } }),
    signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
  }
}
