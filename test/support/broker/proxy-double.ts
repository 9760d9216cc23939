import { connect, type AddressInfo, type Socket } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { once } from 'node:events'
import type { CertificatePair } from '../../../operator/certificates/key-pair.ts'

export interface SharedSession {
  current: string
  /** Still valid: a session lives for a while after the next was given. */
  readonly earlier: string[]
}

/** A double of the gateway's egress: CONNECT over TLS, an allowlist that is also its resolver, a session it recognises. */
export interface ProxyDouble {
  readonly port: number
  /** `host:port` to the port on loopback where it really goes. What is not here is refused. */
  readonly routes: Map<string, number>
  readonly session: SharedSession
  /** `host:port` of every CONNECT, refused ones included. */
  readonly asked: string[]
  readonly stop: () => Promise<void>
}

function refuse(socket: TLSSocket, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\n\r\n`)
}

function tunnel(socket: TLSSocket, port: number): void {
  const onward: Socket = connect(port, '127.0.0.1')
  onward.on('error', () => {})
  onward.on('close', () => socket.destroy())
  socket.on('close', () => onward.destroy())
  onward.once('connect', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    socket.pipe(onward).pipe(socket)
  })
}

export async function startProxyDouble(leaf: CertificatePair): Promise<ProxyDouble> {
  const routes = new Map<string, number>()
  const session: SharedSession = { current: '', earlier: [] }
  const asked: string[] = []
  const sockets = new Set<TLSSocket>()
  const server = createServer({ cert: leaf.certificate, key: leaf.privateKey, minVersion: 'TLSv1.3' }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.once('data', (bytes) => {
      const head = bytes.toString('latin1')
      const target = /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(head)?.[1] ?? ''
      asked.push(target)
      const isKnown = [session.current, ...session.earlier].some((known) => head.includes(`Proxy-Authorization: Bearer ${known}\r\n`))
      if (!isKnown) return refuse(socket, 407)
      const port = routes.get(target)
      return port === undefined ? refuse(socket, 403) : tunnel(socket, port)
    })
  })
  server.on('tlsClientError', () => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    routes,
    session,
    asked,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
