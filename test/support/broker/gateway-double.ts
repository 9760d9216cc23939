import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { CertificatePair } from '../../../operator/certificates/key-pair.ts'
import { enrolRequestSchema, renewRequestSchema, reportRequestSchema, type ReportRequest } from '../../../runtime/protocol/gateway-api.ts'
import type { RuntimeConfig } from '../../../runtime/protocol/runtime-config.ts'
import type { SharedSession } from './proxy-double.ts'
import { sessionProofText } from '../../../runtime/protocol/session-proof.ts'

export interface GatewayGrant {
  readonly token: string
  readonly appPassword: string
  readonly botSecret: string
  readonly certificate: CertificatePair
  readonly config: RuntimeConfig
}

/** A double of the gateway's API: enrolment once per token, signed renewals and reports, and switches for what may go wrong. */
export interface GatewayDouble {
  readonly port: number
  readonly state: {
    handles: string[]
    isRevoked: boolean
    isDown: boolean
    notYet: number
    publicKey: string | undefined
  }
  readonly revokedEntries: Set<string>
  readonly reports: ReportRequest[]
  readonly stop: () => Promise<void>
}

interface Received {
  readonly url: string
  readonly body: Buffer
  readonly headers: IncomingMessage['headers']
}

const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/** Is the request signed by the enrolled key, over exactly these bytes? */
function isProved(received: Received, publicKey: string): boolean {
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, Buffer.from(publicKey, 'base64url')]), format: 'der', type: 'spki' })
  const time = String(received.headers['x-moltagent-time'])
  const bodySha256 = createHash('sha256').update(received.body).digest('hex')
  const text = sessionProofText({ method: 'POST', target: received.url, time, bodySha256 })
  return verify(null, Buffer.from(text), key, Buffer.from(String(received.headers['x-moltagent-signature']), 'base64url'))
}

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), connection: 'close' })
  response.end(text)
}

const refused = (response: ServerResponse, status: number, code: string): void =>
  answer(response, status, { error: { code, message: code } })

class Gateway {
  readonly #grant: GatewayGrant
  readonly #session: SharedSession
  readonly double: Omit<GatewayDouble, 'port' | 'stop'>
  #isTokenUsed = false

  constructor(grant: GatewayGrant, session: SharedSession) {
    this.#grant = grant
    this.#session = session
    const handles = grant.config.credentials.map(({ handle }) => handle)
    this.double = {
      state: { handles, isRevoked: false, isDown: false, notYet: 0, publicKey: undefined },
      revokedEntries: new Set(),
      reports: [],
    }
  }

  serve(received: Received, response: ServerResponse): void {
    const { state } = this.double
    if (state.isDown) return void response.destroy()
    const json: unknown = JSON.parse(received.body.toString('utf8'))
    if (received.url === '/v1/enrol') return this.#enrol(json, received, response)
    if (state.isRevoked) return refused(response, 403, 'revoked')
    if (state.publicKey === undefined || !isProved(received, state.publicKey)) return refused(response, 401, 'session-invalid')
    if (received.url === '/v1/renew') return this.#renew(json, response)
    this.double.reports.push(reportRequestSchema.parse(json))
    answer(response, 200, {})
  }

  #enrol(json: unknown, received: Received, response: ServerResponse): void {
    const { state } = this.double
    const request = enrolRequestSchema.parse(json)
    if (state.notYet > 0) {
      state.notYet -= 1
      return answer(response, 200, { state: 'not-yet', reason: 'not provisioned', retryAfterMs: 50 })
    }
    if (this.#isTokenUsed || request.token !== this.#grant.token) return refused(response, 403, 'token-used')
    if (!isProved(received, request.publicKey)) return refused(response, 401, 'session-invalid')
    this.#isTokenUsed = true
    state.publicKey = request.publicKey
    this.#session.current = randomBytes(32).toString('base64url')
    const { appPassword, botSecret, certificate, config } = this.#grant
    answer(response, 200, { state: 'enrolled', session: this.#session.current, appPassword, botSecret, certificate, config })
  }

  #renew(json: unknown, response: ServerResponse): void {
    const { session, revokedEntries } = renewRequestSchema.parse(json)
    if (session !== this.#session.current && !this.#session.earlier.includes(session)) return refused(response, 401, 'session-invalid')
    for (const handle of revokedEntries) this.double.revokedEntries.add(handle)
    this.#session.earlier.push(this.#session.current)
    this.#session.current = randomBytes(32).toString('base64url')
    answer(response, 200, { session: this.#session.current, handles: this.double.state.handles })
  }
}

/** `session` is shared with the proxy, as in the gateway. */
export async function startGatewayDouble(leaf: CertificatePair, grant: GatewayGrant, session: SharedSession): Promise<GatewayDouble> {
  const server: Server = createServer({ cert: leaf.certificate, key: leaf.privateKey, minVersion: 'TLSv1.3' })
  const gateway = new Gateway(grant, session)
  server.on('request', (incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => void chunks.push(chunk))
    incoming.on('end', () => {
      try {
        gateway.serve({ url: incoming.url ?? '', body: Buffer.concat(chunks), headers: incoming.headers }, response)
      } catch (error) {
        refused(response, 400, error instanceof Error ? error.name.toLowerCase() : 'malformed')
      }
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const stop = async (): Promise<void> => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { ...gateway.double, port, stop }
}
