import { checkServerIdentity, connect, type ConnectionOptions, type PeerCertificate, type TLSSocket } from 'node:tls'
import type { Socket } from 'node:net'
import { HttpError } from './http-error.ts'

/** Where to, and whom to trust there. */
export interface TlsPeer {
  readonly host: string
  readonly port: number
  /** Name sent as SNI. */
  readonly serverName: string
  /** Names of which the certificate must carry one; the SNI name alone when absent. */
  readonly certificateNames?: readonly string[]
  /** PEM of the only authorities trusted; absent: those of the platform. */
  readonly authority?: string
  /** Client certificate. The key as bytes: a string could not be zeroed. */
  readonly client?: { readonly certificate: string; readonly privateKey: Buffer }
  readonly leastVersion: 'TLSv1.2' | 'TLSv1.3'
}

/** The peer as a `Host` header names it. */
export const hostHeader = ({ serverName, port }: Pick<TlsPeer, 'serverName' | 'port'>): string =>
  port === 443 ? serverName : `${serverName}:${port}`

export interface OpenTlsOptions {
  readonly peer: TlsPeer
  readonly connectMs: number
  readonly signal: AbortSignal
  /** A connection to go through, such as a tunnel. */
  readonly through?: Socket
}

function identityCheck(peer: TlsPeer): (host: string, certificate: PeerCertificate) => Error | undefined {
  const names = peer.certificateNames ?? [peer.serverName]
  return (_host, certificate) => {
    const problems = names.map((name) => checkServerIdentity(name, certificate))
    return problems.includes(undefined) ? undefined : problems[0]
  }
}

function connectionOptions({ peer, through }: OpenTlsOptions): ConnectionOptions {
  return {
    ...(through === undefined ? { host: peer.host, port: peer.port } : { socket: through }),
    servername: peer.serverName,
    minVersion: peer.leastVersion,
    ALPNProtocols: ['http/1.1'],
    checkServerIdentity: identityCheck(peer),
    ...(peer.authority === undefined ? {} : { ca: peer.authority }),
    ...(peer.client === undefined ? {} : { cert: peer.client.certificate, key: peer.client.privateKey }),
  }
}

/** Resolves with a verified TLS connection. Rejects with `HttpError` `connect-failed`, `connect-timeout` or `aborted`. */
export function openTls(options: OpenTlsOptions): Promise<TLSSocket> {
  const { peer, connectMs, signal } = options
  const place = `${peer.host}:${peer.port}`
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new HttpError('aborted', `connecting to ${place}: given up`))
      return
    }
    const socket = connect(connectionOptions(options))
    const fail = (code: string, why: string): void => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      options.through?.destroy()
      reject(new HttpError(code, `connecting to ${place}: ${why}`))
    }
    const onAbort = (): void => fail('aborted', 'given up')
    const timer = setTimeout(() => fail('connect-timeout', `no connection within ${connectMs} ms`), connectMs)
    signal.addEventListener('abort', onAbort, { once: true })
    const onError = (error: NodeJS.ErrnoException): void => fail('connect-failed', error.code ?? 'TLS failed')
    socket.once('error', onError)
    socket.once('close', () => clearTimeout(timer))
    socket.once('secureConnect', () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      socket.off('error', onError)
      socket.setNoDelay(true)
      resolve(socket)
    })
  })
}
