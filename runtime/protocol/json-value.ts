import * as z from 'zod'

/** Any JSON value. Numbers are finite: RFC 8785 cannot canonicalise others. */
export const jsonValueSchema = z.json()

export type JsonValue = z.infer<typeof jsonValueSchema>
