import type { KeyObject } from 'node:crypto'
import * as z from 'zod'
import {
  enrolResponseSchema,
  gatewayBodyLimitBytes,
  gatewayErrorSchema,
  renewResponseSchema,
  type EnrolRequest,
  type EnrolResponse,
  type RenewResponse,
  type ReportRequest,
} from '../../protocol/gateway-api.ts'
import { HttpError } from '../http/http-error.ts'
import type { HttpLimits } from '../http/http-limits.ts'
import type { TlsPeer } from '../http/open-tls.ts'
import { requestBuffered, type BufferedAnswer } from '../http/request-buffered.ts'
import { maskJsonSecrets } from '../secrets/mask-json-secrets.ts'
import { sessionProof } from './session-proof.ts'

export interface GatewayClientOptions {
  readonly peer: TlsPeer
  readonly limits: HttpLimits
  /** Private half of the key given at enrolment. */
  readonly key: KeyObject
  readonly now: () => Date
}

/** The gateway's word that this instance is over, as against a gateway that does not answer. */
export class RevokedError extends Error {
  constructor(code: string) {
    super(`asking the gateway: it says ${code}`)
    this.name = 'RevokedError'
  }
}

/** Codes after which no renewal can succeed any more. */
const finalCodes: ReadonlySet<string> = new Set(['revoked', 'session-ended', 'session-invalid', 'token-used', 'audit-rolled-back'])

export interface Enrolled {
  readonly response: Extract<EnrolResponse, { readonly state: 'enrolled' }>
  readonly secrets: { readonly appPassword: Buffer; readonly botSecret: Buffer; readonly session: Buffer; readonly privateKey: Buffer }
}

/** JSON with the session's bytes in the place of `"session":""`, so that they never become a string. */
function withSession(json: object, session: Buffer): Buffer {
  const [before = '', after = ''] = JSON.stringify({ session: '', ...json }).split('"session":""')
  return Buffer.concat([Buffer.from(`${before}"session":"`), session, Buffer.from(`"${after}`)])
}

/** The gateway's API for the agent's machine (architecture: enrol, renew, report). Rejects with `HttpError` or `RevokedError`. */
export class GatewayClient {
  readonly #options: GatewayClientOptions

  constructor(options: GatewayClientOptions) {
    this.#options = options
  }

  async enrol(request: EnrolRequest, signal: AbortSignal): Promise<Enrolled | Extract<EnrolResponse, { readonly state: 'not-yet' }>> {
    const answer = await this.#post('/v1/enrol', Buffer.from(JSON.stringify(request)), signal)
    const masked = maskJsonSecrets(answer.body, ['session', 'appPassword', 'botSecret', 'certificate.privateKey'])
    const response = enrolResponseSchema.parse(JSON.parse(answer.body.toString('utf8')))
    if (response.state === 'not-yet') return response
    const of = (path: string): Buffer => masked.get(path) ?? Buffer.alloc(0)
    const secrets = {
      appPassword: of('appPassword'),
      botSecret: of('botSecret'),
      session: of('session'),
      privateKey: of('certificate.privateKey'),
    }
    return { response, secrets }
  }

  /** `session` is zeroed. The new session comes back as bytes, masked in the response. */
  async renew(
    session: Buffer,
    revokedEntries: readonly string[],
    signal: AbortSignal,
  ): Promise<{ response: RenewResponse; session: Buffer }> {
    const body = withSession({ revokedEntries }, session)
    session.fill(0)
    const answer = await this.#post('/v1/renew', body, signal)
    const renewed = maskJsonSecrets(answer.body, ['session']).get('session') ?? Buffer.alloc(0)
    return { response: renewResponseSchema.parse(JSON.parse(answer.body.toString('utf8'))), session: renewed }
  }

  /** `session` is zeroed. */
  async report(session: Buffer, report: Omit<ReportRequest, 'session'>, signal: AbortSignal): Promise<void> {
    const body = withSession(report, session)
    session.fill(0)
    await this.#post('/v1/report', body, signal)
  }

  async #post(target: string, body: Buffer, signal: AbortSignal): Promise<BufferedAnswer> {
    const { peer, limits, key, now } = this.#options
    const proof = sessionProof(key, { method: 'POST', target, body }, now())
    const fields = [['Content-Type', 'application/json'] as const, ...proof].map(([name, value]) => ({ name, value }))
    const bounded = { ...limits, bodyBytes: gatewayBodyLimitBytes }
    const answer = await requestBuffered({ peer, method: 'POST', target, fields, body, limits: bounded, signal }).finally(() =>
      body.fill(0),
    )
    if (answer.status === 200) return answer
    const error = z.safeParse(gatewayErrorSchema, parseJson(answer.body))
    const code = error.success ? error.data.error.code : `http-${answer.status}`
    if (finalCodes.has(code)) throw new RevokedError(code)
    throw new HttpError('gateway-refused', `asking the gateway for ${target}: it answered ${answer.status} (${code})`)
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
