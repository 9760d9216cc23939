import type { TLSSocket } from 'node:tls'
import type { LeaseHead, LeaseJob } from './lease-job.ts'
import { runExchange } from '../http/exchange.ts'
import { hostHeader } from '../http/open-tls.ts'
import { requestHead, type HeaderField } from '../http/request-head.ts'
import { visibleHeaders } from '../http/visible-headers.ts'
import type { Scrubber } from '../secrets/scrubber.ts'

export interface CredentialUse {
  readonly job: LeaseJob
  readonly secret: Buffer
  readonly scrubber: Scrubber
  readonly body: readonly Buffer[]
  readonly signal: AbortSignal
  readonly onHead: (head: LeaseHead) => void
  /** Scrubbed bytes of its own. */
  readonly onData: (bytes: Buffer) => Promise<void> | undefined
}

/** The header's value: the binding's format with the secret in the place of `{}`. */
function formatted(format: string, secret: Buffer): Buffer {
  const [before = '', after = ''] = format.split('{}')
  const value = Buffer.allocUnsafeSlow(before.length + secret.length + after.length)
  value.write(before, 0, 'latin1')
  secret.copy(value, before.length)
  value.write(after, before.length + secret.length, 'latin1')
  return value
}

function headWithSecret({ job, secret, body }: CredentialUse): Buffer {
  const { method, url, headers } = job.request
  const length = body.reduce((sum, part) => sum + part.length, 0)
  const value = formatted(job.binding.format, secret)
  const fields: HeaderField[] = headers.map(([name, text]) => ({ name, value: text }))
  if (length > 0 || method !== 'GET') fields.push({ name: 'Content-Length', value: String(length) })
  fields.push({ name: job.binding.header, value })
  const host = hostHeader({ serverName: url.host, port: url.port })
  try {
    return requestHead({ method, target: url.path + url.query, host }, fields)
  } finally {
    value.fill(0)
  }
}

/** One request to the provider with the credential in its header. Redirects are answers like any other. Rejects with `HttpError`. */
export async function useCredential(socket: TLSSocket, use: CredentialUse): Promise<void> {
  const stream = use.scrubber.stream()
  const pass = (bytes: Buffer): Promise<void> | undefined => (bytes.length === 0 ? undefined : use.onData(bytes))
  const exchange = runExchange(socket, {
    method: use.job.request.method,
    head: headWithSecret(use),
    body: use.body,
    limits: use.job.limits,
    signal: use.signal,
    beforeHead: use.scrubber.scrub,
    onHead: ({ status, headers }) => use.onHead({ status, headers: visibleHeaders(headers) }),
    onData: (bytes) => pass(stream.push(bytes)),
  })
  try {
    await exchange
  } finally {
    await pass(stream.end())
  }
}
