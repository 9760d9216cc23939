import type * as z from 'zod'
import { NextcloudError } from './nextcloud-error.ts'
import type { NextcloudResponse } from './send.ts'

function badAnswer(doing: string, status: number | null, detail: string): NextcloudError {
  return new NextcloudError({ kind: 'bad-answer', doing, status, retryAfterMs: null, detail: detail.slice(0, 1000) })
}

/** A value as `schema` describes it, or a `bad-answer` that names the fields that are not. */
export function parseValue<Schema extends z.ZodType>(
  doing: string,
  value: unknown,
  schema: Schema,
  status: number | null = null,
): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => `${issue.path.join('.') || 'answer'}: ${issue.message}`)
  throw badAnswer(doing, status, `Nextcloud answered something else than expected: ${issues.join('; ')}`)
}

/** The JSON body of an answer as `schema` describes it. */
export function parseJsonAnswer<Schema extends z.ZodType>(doing: string, response: NextcloudResponse, schema: Schema): z.output<Schema> {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(response.body).toString('utf8'))
  } catch {
    throw badAnswer(doing, response.status, 'Nextcloud answered something that is not JSON')
  }
  return parseValue(doing, value, schema, response.status)
}
