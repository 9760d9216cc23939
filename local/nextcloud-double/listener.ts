import { setTimeout as sleep } from 'node:timers/promises'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { jsonAnswer, unrecorded, type Answer } from './answer.ts'
import { statusAnswer } from './core/core-routes.ts'
import type { Exchange } from './exchange.ts'
import { faultAnswer, type Fault, type Faults } from './faults.ts'
import { perform } from './perform.ts'
import type { Webhook } from './webhook.ts'
import type { World } from './world.ts'

const serverHeader = 'moltagent-nextcloud-double'
const bodyLimitBytes = 256 * 1024 * 1024
const holdStepMs = 100

export interface ListenerPorts {
  readonly world: World
  readonly faults: Faults
  readonly deliver: (webhooks: readonly Webhook[]) => void
  readonly report: (error: unknown) => void
  /** True once the double is stopping: held answers are sent. */
  readonly stopping: () => boolean
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array)
    length += bytes.length
    if (length > bodyLimitBytes) return null
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function accountOf(authorization: string | undefined): string | null {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')
  return match?.[1] ? (Buffer.from(match[1], 'base64').toString('utf8').split(':')[0] ?? null) : null
}

async function exchangeOf(request: IncomingMessage): Promise<Exchange | null> {
  const body = await readBody(request)
  if (!body) return null
  const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers[name] = String(value)
  return { method: request.method ?? 'GET', path, query: new URLSearchParams(query), headers, body, parameters: {} }
}

async function answerTo(ports: ListenerPorts, exchange: Exchange, met: readonly Fault[]): Promise<Answer> {
  for (const fault of met) if (fault.kind === 'slow') await sleep(fault.delayMs)
  const forced = met.map(faultAnswer).find((answer) => answer !== undefined)
  if (forced) return exchange.path === '/status.php' ? statusAnswer(ports.world, true) : forced
  let answer = perform(ports.world, exchange)
  for (let heldMs = 0; heldMs < (answer.holdMs ?? 0) && !ports.stopping(); heldMs += holdStepMs) {
    await sleep(holdStepMs)
    answer = perform(ports.world, exchange)
  }
  return answer
}

function send(response: ServerResponse, answer: Answer, met: readonly Fault[]): void {
  const body = Buffer.from(answer.body)
  const headers: Record<string, string> = {
    ...answer.headers,
    server: serverHeader,
    ...(answer.unrecorded ? { 'x-moltagent-double': 'unrecorded' } : {}),
  }
  if (answer.status !== 204 && answer.status !== 304) headers['content-length'] ??= String(body.length)
  const cut = met.find((fault) => fault.kind === 'cut')
  if (cut) {
    const head = [`HTTP/1.1 ${answer.status} Cut`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', ''].join(
      '\r\n',
    )
    response.socket?.end(Buffer.concat([Buffer.from(head, 'latin1'), body]).subarray(0, cut.afterBytes))
    return
  }
  response.writeHead(answer.status, headers)
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

async function serve(ports: ListenerPorts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const exchange = await exchangeOf(request)
  if (!exchange) {
    send(response, unrecorded(jsonAnswer(413, { message: 'the body is too long for the double' })), [])
    return
  }
  const met = ports.faults.take(exchange.method, exchange.path, accountOf(exchange.headers['authorization']))
  if (met.some((fault) => fault.kind === 'drop')) {
    request.socket.destroy()
    return
  }
  const answer = await answerTo(ports, exchange, met)
  send(response, answer, met)
  ports.deliver(answer.webhooks ?? [])
}

/** Answers requests; a bug in the double is a 500 that says so, and is reported. */
export function createListener(ports: ListenerPorts): RequestListener {
  return (request, response) => {
    serve(ports, request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return
      ports.report(error)
      if (!response.headersSent) send(response, unrecorded(jsonAnswer(500, { message: 'the double failed: see its log' })), [])
    })
  }
}
