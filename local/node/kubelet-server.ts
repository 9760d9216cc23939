import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { TLSSocket } from 'node:tls'
import { kubeletClientName, type Cluster } from '../control-plane/join-cluster.ts'
import { containerLogPath, readContainerLog } from './container-log.ts'

export interface KubeletServer {
  readonly port: number
  close(): Promise<void>
}

/** What the API server asks a node for: containers' logs, for `kubectl logs`. It answers nobody but the API server. */
export async function startKubeletServer(cluster: Cluster, address: string, logsFolder: string): Promise<KubeletServer> {
  const { certificate, key } = await cluster.issue({ commonName: 'local-node', hosts: [address] })
  const tls = {
    cert: certificate,
    key,
    ca: cluster.admin.authority,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.3',
  } as const
  const closing = new AbortController()
  const server = createServer(tls, (request, response) => {
    answer(request, response, logsFolder, closing.signal).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500)
      response.end(error instanceof Error ? error.message : String(error))
    })
  })
  server.listen(0, address)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      closing.abort()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, logsFolder: string, closing: AbortSignal): Promise<void> {
  const caller = (request.socket as TLSSocket).getPeerCertificate().subject.CN
  if (caller !== kubeletClientName) return void response.writeHead(403).end('only the API server may ask')
  const url = new URL(request.url ?? '/', 'https://node')
  const [, namespace, name, container] = /^\/containerLogs\/([\w.-]+)\/([\w.-]+)\/([\w.-]+)$/.exec(url.pathname) ?? []
  if (namespace === undefined || name === undefined || container === undefined) {
    return void response.writeHead(404).end("this node shows containers' logs, and nothing else")
  }
  const tail = url.searchParams.get('tailLines')
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, closing])
  const reading = { tailLines: tail === null ? undefined : Number(tail), follow: url.searchParams.get('follow') === 'true', signal }
  const path = containerLogPath(logsFolder, { namespace, name }, container)
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' })
  response.flushHeaders()
  await pipeline(Readable.from(readContainerLog(path, reading)), response).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') response.end(`container ${container} of ${namespace}/${name} has written nothing on this machine\n`)
    else if (!signal.aborted) throw error
  })
}
