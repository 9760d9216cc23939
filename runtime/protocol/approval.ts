import * as z from 'zod'
import { argumentRoleSchema } from './action.ts'
import { instantSchema, sha256HexSchema, tokenSchema } from './identifiers.ts'
import { jsonValueSchema } from './json-value.ts'

/** Eight characters of Crockford's base 32: 40 bits, read aloud without mistakes. */
export const approvalCodeSchema = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{8}$/, 'must be eight characters of Crockford base 32')

/** What a person is asked: to let this one action run, or to trust one datum for the rest of a task. */
export const approvalSubjectSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('action'), action: sha256HexSchema }),
  z.strictObject({ kind: z.literal('datum'), task: z.string().min(1).max(128), role: argumentRoleSchema, value: jsonValueSchema }),
])

/** A question to an operator. Its code is the SHA-256 of subject, nonce and expiry; it answers for nothing else. */
export const approvalRequestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  subject: approvalSubjectSchema,
  nonce: tokenSchema,
  expiresAt: instantSchema,
  /** Talk room token in which it was asked and must be answered. */
  room: z.string().min(1).max(64),
  /** SHA-256 of the rendered question's UTF-8 text: what the quoted parent of a reply must equal. */
  rendered: sha256HexSchema,
})

/** An answer from Talk, taken from a webhook that the broker verified itself. */
export const approvalAnswerSchema = z.strictObject({
  verb: z.enum(['approve', 'deny']),
  actor: z.string().min(1).max(64),
  room: z.string().min(1).max(64),
  at: instantSchema,
  /** The code, typed by the person; or what the reply quotes: author and SHA-256 of its text now. */
  by: z.discriminatedUnion('way', [
    z.strictObject({ way: z.literal('code'), code: approvalCodeSchema }),
    z.strictObject({ way: z.literal('reply'), parentActor: z.string().min(1).max(128), parentText: sha256HexSchema }),
  ]),
})

export type ApprovalSubject = Readonly<z.infer<typeof approvalSubjectSchema>>
export type ApprovalRequest = Readonly<z.infer<typeof approvalRequestSchema>>
export type ApprovalAnswer = Readonly<z.infer<typeof approvalAnswerSchema>>
