import { runExchange } from '../http/exchange.ts'
import type { HttpLimits } from '../http/http-limits.ts'
import { hostHeader, openTls, type TlsPeer } from '../http/open-tls.ts'
import { requestHead } from '../http/request-head.ts'
import { visibleHeaders } from '../http/visible-headers.ts'
import type { SecretStore } from '../secrets/secret-store.ts'
import type { BuiltRequest } from './build-request.ts'

export interface NextcloudPorts {
  readonly peer: TlsPeer
  readonly store: SecretStore
  readonly limits: HttpLimits
  /** The account is disabled or its app password ended. */
  readonly onAccountRefused: () => void
}

export interface AnswerSink {
  readonly http: (status: number, headers: readonly (readonly [name: string, value: string])[]) => void
  readonly data: (bytes: Buffer) => Promise<void> | undefined
}

export interface NextcloudSend {
  readonly request: BuiltRequest
  readonly body: Buffer
  readonly signal: AbortSignal
  readonly sink: AnswerSink
}

/** Enough of an error's body to find the exception's name in it. */
const noticedBytes = 16 * 1024

/** Watches an answer for the two signs that the account is over: 401, and 503 with Nextcloud's exception for a disabled user. */
function accountWatch(onRefused: () => void): {
  readonly head: (status: number) => void
  readonly data: (bytes: Buffer) => void
  readonly end: () => void
} {
  let status = 0
  let noticed = Buffer.alloc(0)
  return {
    head: (received) => {
      status = received
    },
    data: (bytes) => {
      if (status === 503 && noticed.length < noticedBytes) noticed = Buffer.concat([noticed, bytes])
    },
    end: () => {
      if (status === 401 || (status === 503 && noticed.includes('DisabledUserException'))) onRefused()
    },
  }
}

/** Sends one call with the account's app password and passes the answer on, scrubbed. Resolves with the status; rejects with `HttpError`. */
export async function sendToNextcloud(ports: NextcloudPorts, { request, body, signal, sink }: NextcloudSend): Promise<number> {
  const { peer, store, limits } = ports
  const socket = await openTls({ peer, connectMs: limits.connectMs, signal })
  const authorization = store.authorization()
  const scrubber = store.scrubber()
  const stream = scrubber.stream()
  const watch = accountWatch(ports.onAccountRefused)
  const pass = (bytes: Buffer): Promise<void> | undefined => (bytes.length === 0 ? undefined : sink.data(bytes))
  let status = 0
  const length = body.length > 0 || /^P(?:OST|UT)$/.test(request.method) ? [{ name: 'Content-Length', value: String(body.length) }] : []
  const fields = [...request.fields, ...length, { name: 'Authorization', value: authorization }]
  const head = requestHead({ method: request.method, target: request.target, host: hostHeader(peer) }, fields)
  authorization.fill(0)
  await runExchange(socket, {
    method: request.method,
    head,
    body: body.length === 0 ? [] : [body],
    limits,
    signal,
    beforeHead: scrubber.scrub,
    onHead: (received) => {
      status = received.status
      watch.head(status)
      sink.http(status, visibleHeaders(received.headers))
    },
    onData: (bytes) => {
      watch.data(bytes)
      return pass(stream.push(bytes))
    },
  }).finally(watch.end)
  await pass(stream.end())
  return status
}
