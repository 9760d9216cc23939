import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { CertificatePair } from '../../../operator/certificates/key-pair.ts'

export interface StandInEntry {
  readonly id: string
  readonly owner: string
  readonly receiver: string
  readonly password: string
  readonly url: string
  readonly trashed?: boolean
  readonly cseType?: string
}

export interface StandInRequest {
  readonly method: string
  readonly url: string
  readonly body: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/**
 * The few answers of Nextcloud that the broker's own tests need, fast and with faults; it is no double of Nextcloud (that one is in
 * `local/nextcloud-double`, and tests of whole stories use it).
 */
export interface NextcloudStandIn {
  readonly port: number
  readonly entries: Map<string, StandInEntry>
  readonly requests: StandInRequest[]
  readonly state: {
    appPassword: string
    botSecret: string
    isDisabled: boolean
    /** Each answer to `show` is cut after the next of these many bytes, while there are any. */ cutShows: number[]
    echo: boolean
  }
  readonly stop: () => Promise<void>
}

const account = 'aria'

function showBody(entry: StandInEntry): string {
  const { id, owner, receiver, password, url, trashed = false, cseType = 'none' } = entry
  return JSON.stringify({
    id,
    created: 1795399436,
    share: { id: 'share', owner: { id: owner, name: owner }, receiver: { id: receiver, name: receiver }, updatePending: false },
    label: 'credential',
    username: 'api',
    password,
    notes: '',
    customFields: '',
    url,
    statusCode: 'GOOD',
    hash: 'e67580611c56e5c880e2e09b02cadebe9daf8c74',
    cseKey: '',
    cseType,
    trashed,
    shares: [],
  }).replaceAll('/', '\\/')
}

const json = (response: ServerResponse, status: number, body: string): void => {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  })
  response.end(body)
}

function show(standIn: NextcloudStandIn, request: StandInRequest, response: ServerResponse): void {
  const { id, details } = JSON.parse(request.body) as { readonly id: string; readonly details: string }
  const entry = standIn.entries.get(id)
  if (entry === undefined || details !== 'model+shares')
    return json(response, 404, '{"status":"error","id":404,"message":"Resource not found"}')
  const cut = standIn.state.cutShows.shift()
  if (cut === undefined) return json(response, 200, showBody(entry))
  const body = showBody(entry)
  const whole = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  response.socket?.end(whole.slice(0, cut))
}

function disabled(request: StandInRequest, response: ServerResponse): void {
  if (!request.url.startsWith('/remote.php/dav')) return json(response, 401, '{"message":"Account disabled"}')
  response.writeHead(503, { 'content-type': 'application/xml; charset=utf-8' })
  response.end('<d:error><s:message>OC\\User\\DisabledUserException: Account disabled</s:message></d:error>')
}

function isBotSigned({ state }: NextcloudStandIn, { headers, body }: StandInRequest): boolean {
  const random = String(headers['x-nextcloud-talk-bot-random'])
  const { message } = JSON.parse(body) as { readonly message: string }
  const expected = createHmac('sha256', state.botSecret).update(random).update(message).digest('hex')
  return headers['x-nextcloud-talk-bot-signature'] === expected
}

function answer(standIn: NextcloudStandIn, request: StandInRequest, response: ServerResponse): void {
  if (/\/spreed\/api\/v1\/bot\/[^/]+\/message/.test(request.url)) return json(response, isBotSigned(standIn, request) ? 201 : 401, '{}')
  const expected = `Basic ${Buffer.from(`${account}:${standIn.state.appPassword}`).toString('base64')}`
  if (request.headers['authorization'] !== expected) return json(response, 401, '{"message":"wrong"}')
  if (standIn.state.isDisabled) return disabled(request, response)
  if (request.url === '/index.php/apps/passwords/api/1.0/password/show') return show(standIn, request, response)
  if (standIn.state.echo)
    return json(response, 200, JSON.stringify({ seen: request.headers['authorization'], password: standIn.state.appPassword }))
  json(response, 200, JSON.stringify({ method: request.method, url: request.url, body: request.body }))
}

async function read(request: IncomingMessage): Promise<StandInRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }
}

export async function startNextcloudStandIn(leaf: CertificatePair, appPassword: string, botSecret: string): Promise<NextcloudStandIn> {
  const server: Server = createServer({ cert: leaf.certificate, key: leaf.privateKey, minVersion: 'TLSv1.3' })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const standIn: NextcloudStandIn = {
    port: (server.address() as AddressInfo).port,
    entries: new Map(),
    requests: [],
    state: { appPassword, botSecret, isDisabled: false, cutShows: [], echo: false },
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  server.on('request', (incoming, response) => {
    read(incoming)
      .then((request) => {
        standIn.requests.push(request)
        answer(standIn, request, response)
      })
      .catch(() => response.destroy())
  })
  return standIn
}
