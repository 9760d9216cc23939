import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import type { CertificatePair } from '../../../operator/certificates/key-pair.ts'

/** What a provider received of one request. */
export interface ReceivedRequest {
  readonly head: string
  readonly body: string
}

/**
 * A double of a provider's HTTPS API. What it answers is chosen by the path: `/echo` gives the request back, secret and all;
 * `/stream` sends server-sent events; `/redirect` points elsewhere; `/hold` sends one event and then nothing; `?cut=n` ends after n bytes.
 */
export interface ProviderDouble {
  readonly port: number
  readonly requests: ReceivedRequest[]
  readonly connections: () => number
  readonly stop: () => Promise<void>
}

const ok = (type: string, body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nSet-Cookie: a=b\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

function events(request: ReceivedRequest): string {
  const parts = ['Hel', 'lo', request.head.match(/authorization: (.*)\r/i)?.[1] ?? '', ' world']
  const chunks = parts.map((delta) => chunk(`data: ${JSON.stringify({ choices: [{ delta: { content: delta } }] })}\n\n`))
  return `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n${chunks.join('')}${chunk('data: [DONE]\n\n')}0\r\n\r\n`
}

function answer(request: ReceivedRequest): string {
  const path = request.head.split(' ')[1]?.split('?')[0]
  if (path === '/echo') return ok('text/plain', `${request.head}${request.body}`)
  if (path === '/stream') return events(request)
  if (path === '/redirect') return 'HTTP/1.1 302 Found\r\nLocation: https://evil.example/steal\r\nContent-Length: 0\r\n\r\n'
  if (path === '/hold')
    return 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n'
  return ok('application/json', '{"answer":42}')
}

function parse(text: string): ReceivedRequest | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = text.slice(0, end + 4)
  const length = Number(head.match(/content-length: (\d+)/i)?.[1] ?? 0)
  const body = text.slice(end + 4)
  return body.length >= length ? { head, body } : undefined
}

function serve(socket: TLSSocket, requests: ReceivedRequest[]): void {
  let text = ''
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
    const request = parse(text)
    if (request === undefined) return
    text = ''
    requests.push(request)
    const whole = answer(request)
    const cut = request.head.match(/\?cut=(\d+)/)?.[1]
    if (request.head.includes(' /hold')) socket.write(whole)
    else socket.end(cut === undefined ? whole : whole.slice(0, Number(cut)))
  })
}

export async function startProviderDouble(leaf: CertificatePair): Promise<ProviderDouble> {
  const requests: ReceivedRequest[] = []
  const sockets = new Set<TLSSocket>()
  const server: Server = createServer({ cert: leaf.certificate, key: leaf.privateKey }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, requests)
  })
  server.on('tlsClientError', () => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    connections: () => sockets.size,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
