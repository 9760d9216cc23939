import type * as z from 'zod'
import { jsonAnswer, ocsFailure, Refusal } from './answer.ts'
import type { User } from './records.ts'

/** One request, read to its end. `path` is as sent, without the query; `parameters` are the decoded parts that the route names. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly parameters: Readonly<Record<string, string>>
}

/** An exchange whose account is known. `token` is the key of the app password used, null when it was the account's password. */
export interface AccountExchange extends Exchange {
  readonly user: User
  readonly token: string | null
}

export function parameter(exchange: Exchange, name: string): string {
  const value = exchange.parameters[name]
  if (value === undefined) throw new Error(`reading parameter ${name} of ${exchange.path}: the route has no such part`)
  return value
}

export function numberParameter(exchange: Exchange, name: string): number {
  const text = parameter(exchange, name)
  if (!/^\d{1,12}$/.test(text)) throw new Refusal(ocsFailure(404, ''))
  return Number(text)
}

function decoded(exchange: Exchange): unknown {
  const text = Buffer.from(exchange.body).toString('utf8')
  if (exchange.headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text))
  if (text === '') return Object.fromEntries(exchange.query)
  return JSON.parse(text)
}

/** The body (JSON or a form; the query when there is none) as `schema` describes it; otherwise the exchange ends with 400. */
export function bodyOf<Schema extends z.ZodType>(exchange: Exchange, schema: Schema): z.output<Schema> {
  let value: unknown
  try {
    value = decoded(exchange)
  } catch {
    throw new Refusal(jsonAnswer(400, { message: 'the body is not JSON' }))
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const message = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
  throw new Refusal(exchange.path.startsWith('/ocs/') ? ocsFailure(400, message) : jsonAnswer(400, { message }))
}
