import type { TLSSocket } from 'node:tls'
import type { LeaseEnd, LeaseHead, LeaseJob } from './lease-job.ts'
import { fetchCredential } from './fetch-credential.ts'
import { useCredential } from './use-credential.ts'
import { HttpError } from '../http/http-error.ts'
import { openTls } from '../http/open-tls.ts'
import { openTunnel } from '../http/open-tunnel.ts'
import { createScrubber } from '../secrets/scrubber.ts'

export interface Lease {
  readonly job: LeaseJob
  /** Value of Nextcloud's `Authorization` header. Zeroed. */
  readonly authorization: Buffer
  /** Value of the proxy's session header. Zeroed. */
  readonly session: Buffer
  readonly body: readonly Buffer[]
  readonly signal: AbortSignal
  readonly onHead: (head: LeaseHead) => void
  readonly onData: (bytes: Buffer) => Promise<void> | undefined
}

/** TLS to the provider, end to end inside the tunnel: the proxy sees names and bytes it cannot read. */
async function openProvider({ job, session, signal }: Lease): Promise<TLSSocket> {
  const { url } = job.request
  const plain = job.proxyFields.map(([name, value]) => ({ name, value }))
  const fields = [{ name: 'Proxy-Authorization', value: session }, ...plain]
  const { connectMs } = job.limits
  const tunnel = await openTunnel({ proxy: job.proxy, host: url.host, port: url.port, fields, connectMs, signal })
  const authority = job.providerAuthority === undefined ? {} : { authority: job.providerAuthority }
  const peer = { host: url.host, port: url.port, serverName: url.host, leastVersion: 'TLSv1.2', ...authority } as const
  return openTls({ peer, connectMs, signal, through: tunnel })
}

interface Prepared {
  readonly secret: Buffer
  readonly socket: TLSSocket
}

/** Fetches the credential while the way to the provider is being opened. Neither waits for the other, either's failure ends both. */
async function prepare(lease: Lease, onShown: () => void): Promise<Prepared> {
  const giveUp = new AbortController()
  const signal = AbortSignal.any([lease.signal, giveUp.signal])
  const failures: unknown[] = []
  const onFailure = (error: unknown): void => {
    failures.push(error)
    giveUp.abort()
  }
  const fetching = fetchCredential(lease.job, lease.authorization, signal).finally(onShown)
  const opening = openProvider({ ...lease, signal })
  fetching.catch(onFailure)
  opening.catch(onFailure)
  const [credential, provider] = await Promise.allSettled([fetching, opening])
  if (credential.status === 'fulfilled' && provider.status === 'fulfilled') return { secret: credential.value, socket: provider.value }
  if (credential.status === 'fulfilled') credential.value.fill(0)
  if (provider.status === 'fulfilled') provider.value.destroy()
  throw failures[0]
}

function failure(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof HttpError) return { code: error.code, message: error.message }
  return { code: 'worker-failed', message: 'using a credential: an unexpected fault' }
}

async function use(lease: Lease, onShown: () => void): Promise<void> {
  const { secret, socket } = await prepare(lease, onShown)
  const scrubber = createScrubber([secret])
  try {
    await useCredential(socket, { ...lease, secret, scrubber })
  } finally {
    secret.fill(0)
    scrubber.wipe()
  }
}

/** One use of one credential from beginning to end. Never rejects; every secret it was given or fetched is zeroed. */
export async function runLease(lease: Lease, monotonicMs: () => number): Promise<LeaseEnd> {
  const started = monotonicMs()
  let showMs = 0
  try {
    await use(lease, () => {
      showMs = monotonicMs() - started
    })
    return { ok: true, showMs }
  } catch (error) {
    return { ok: false, ...failure(error), showMs }
  } finally {
    lease.authorization.fill(0)
    lease.session.fill(0)
  }
}
