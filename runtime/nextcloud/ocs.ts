import * as z from 'zod'
import type { Call, Caller } from './caller.ts'
import { parseJsonAnswer, parseValue } from './parse-answer.ts'

/** A call of the OCS interface. `path` starts after `/ocs/v2.php` and has no query; `query` is added to it. */
export interface OcsCall {
  readonly doing: string
  readonly method: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly expected?: readonly number[]
}

const json = { 'Content-Type': 'application/json' }

export function ocsRequest(call: OcsCall): Call {
  const query = new URLSearchParams({ ...call.query, format: 'json' })
  return {
    doing: call.doing,
    method: call.method,
    path: `/ocs/v2.php${call.path}?${query.toString()}`,
    headers: { ...(call.body === undefined ? {} : json), ...call.headers },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    expected: call.expected ?? [200, 201],
  }
}

const envelopeSchema = z.object({ ocs: z.object({ meta: z.object({ statuscode: z.number() }), data: z.unknown() }) })

/** Makes an OCS call and gives back what is inside the envelope, as `schema` describes it. */
export async function callOcs<Schema extends z.ZodType>(caller: Caller, call: OcsCall, schema: Schema): Promise<z.output<Schema>> {
  const response = await caller(ocsRequest(call))
  const { ocs } = parseJsonAnswer(call.doing, response, envelopeSchema)
  return parseValue(call.doing, ocs.data, schema, response.status)
}

/** One part of a path, from data: percent-encoded, and never a dot segment, which servers collapse. */
export function pathPart(value: string | number): string {
  const text = encodeURIComponent(String(value))
  if (text === '' || text === '.' || text === '..')
    throw new TypeError(`building a path of Nextcloud: ${JSON.stringify(value)} cannot be a part of one`)
  return text
}

/** PHP sends an empty map as an empty list. */
export function phpRecord<Value extends z.ZodType>(value: Value) {
  return z.preprocess((given) => (Array.isArray(given) && given.length === 0 ? {} : given), z.record(z.string(), value))
}
