import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { connect, type Connection } from '../../operator/cluster/connection.ts'

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export type Answer = (request: SeenRequest, response: http.ServerResponse) => void

export interface ScriptedApiServer {
  readonly connection: Connection
  readonly requests: readonly SeenRequest[]
  readonly close: () => Promise<void>
}

/** A double of an API server on loopback: says what the test scripts, and remembers the bytes it was sent. */
export async function scriptedApiServer(answer: Answer): Promise<ScriptedApiServer> {
  const requests: SeenRequest[] = []
  const server = http.createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => receive(incoming, response, Buffer.concat(chunks).toString('utf8')))
  })
  const receive = (incoming: http.IncomingMessage, response: http.ServerResponse, body: string): void => {
    const url = new URL(incoming.url ?? '/', 'http://loopback')
    const request = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
      body,
    }
    requests.push(request)
    answer(request, response)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromClusterAndUser(
    { name: 'double', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'tester', token: 'canary' },
  )
  const connection = connect(kubeConfig)
  return {
    connection,
    requests,
    close: async () => {
      connection.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export function answerJson(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export const goneStatus = { kind: 'Status', status: 'Failure', code: 410, reason: 'Expired', message: 'too old resource version: 1 (2)' }
