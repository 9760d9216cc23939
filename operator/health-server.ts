import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { OperatorMetrics } from './metrics.ts'

interface Options {
  readonly address: string
  readonly port: number
  readonly isReady: () => boolean
  readonly metrics: OperatorMetrics
}

export interface HealthServer {
  readonly port: number
  readonly close: () => Promise<void>
}

/** /healthz: the process turns. /readyz: its caches are filled, so that it leads or could lead at once. /metrics: Prometheus' text form. */
export async function startHealthServer(options: Options): Promise<HealthServer> {
  const server = http.createServer((request, response) => {
    answer(request.url ?? '/', options).then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      (error: unknown) => response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error)),
    )
  })
  server.listen(options.port, options.address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { port, close }
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

const text = (status: number, body: string): Answer => ({ status, type: 'text/plain; charset=utf-8', body })

async function answer(path: string, { isReady, metrics }: Options): Promise<Answer> {
  switch (path.split('?')[0]) {
    case '/healthz':
      return text(200, 'ok\n')
    case '/readyz':
      return isReady() ? text(200, 'ok\n') : text(503, 'caches are not filled yet\n')
    case '/metrics':
      return { status: 200, type: metrics.registry.contentType, body: await metrics.registry.metrics() }
    default:
      return text(404, 'there is /healthz, /readyz and /metrics\n')
  }
}
