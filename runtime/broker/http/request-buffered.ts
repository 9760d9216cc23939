import { runExchange } from './exchange.ts'
import type { HttpLimits } from './http-limits.ts'
import { hostHeader, openTls, type TlsPeer } from './open-tls.ts'
import { requestHead, type HeaderField } from './request-head.ts'

export interface BufferedRequest {
  readonly peer: TlsPeer
  readonly method: string
  readonly target: string
  readonly fields: readonly HeaderField[]
  readonly body: Buffer
  readonly limits: HttpLimits
  readonly signal: AbortSignal
}

export interface BufferedAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  /** The caller zeroes it where it may hold a secret. */
  readonly body: Buffer
}

/** One exchange whose answer is small enough to be held: `limits.bodyBytes`. Rejects with `HttpError`. */
export async function requestBuffered(request: BufferedRequest): Promise<BufferedAnswer> {
  const { peer, method, target, body, limits, signal } = request
  const socket = await openTls({ peer, connectMs: limits.connectMs, signal })
  const fields = [...request.fields, { name: 'Content-Length', value: String(body.length) }]
  const chunks: Buffer[] = []
  let status = 0
  let headers: ReadonlyMap<string, string> = new Map()
  await runExchange(socket, {
    method,
    head: requestHead({ method, target, host: hostHeader(peer) }, fields),
    body: body.length === 0 ? [] : [body],
    limits,
    signal,
    onHead: (head) => {
      status = head.status
      headers = head.headers
    },
    onData: (bytes) => {
      chunks.push(Buffer.from(bytes))
      return undefined
    },
  })
  const whole = Buffer.concat(chunks)
  for (const chunk of chunks) chunk.fill(0)
  return { status, headers, body: whole }
}
