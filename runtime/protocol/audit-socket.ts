import * as z from 'zod'
import { auditEntrySchema, auditHeadSchema } from './audit-record.ts'
import { sha256HexSchema, treeHashSchema } from './identifiers.ts'

/** No frame on the log's socket is longer (see `frame.ts`). */
export const auditFrameLimitBytes = 64 * 1024

const idSchema = z.int().min(0)

/**
 * What a client may ask of the log. Many requests may be under way at once; each answer carries the `id` of its request.
 * Who is writing follows from the socket: each program has one of its own.
 */
export const auditRequestSchema = z.discriminatedUnion('op', [
  /** Answered once the record is durable (fdatasync); with `highRisk` once a signed checkpoint over it is durable too. */
  z.strictObject({ id: idSchema, op: z.literal('append'), entry: auditEntrySchema }),
  /** Signs the log as it stands. */
  z.strictObject({ id: idSchema, op: z.literal('head') }),
  /** RFC 6962 proof that the log of `fromSize` records is a prefix of the log now, with the head it leads to. */
  z.strictObject({ id: idSchema, op: z.literal('consistency'), fromSize: z.int().min(0) }),
  /** RFC 6962 proof that record `seq` is in the log now, with the head it leads to. */
  z.strictObject({ id: idSchema, op: z.literal('inclusion'), seq: z.int().min(0) }),
  /** Erases the salt of a subject: its hidden values can no longer be told. Only on a socket that may. */
  z.strictObject({ id: idSchema, op: z.literal('erase'), subject: z.string().min(1).max(256) }),
])

/** `disk-full` and `unavailable` mean that nothing was recorded for certain: whoever asked must not act. */
export const auditErrorCodeSchema = z.enum([
  'bad-request',
  'forbidden',
  'unknown-intent',
  'too-large',
  'busy',
  'not-found',
  'disk-full',
  'unavailable',
])

export const auditResultSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('append'), seq: z.int().min(0), hash: sha256HexSchema }),
  z.strictObject({ op: z.literal('head'), head: auditHeadSchema }),
  z.strictObject({ op: z.literal('consistency'), head: auditHeadSchema, proof: z.array(treeHashSchema).max(128) }),
  z.strictObject({ op: z.literal('inclusion'), head: auditHeadSchema, proof: z.array(treeHashSchema).max(128) }),
  z.strictObject({ op: z.literal('erase'), erased: z.boolean() }),
])

export const auditResponseSchema = z.union([
  z.strictObject({ id: idSchema, ok: z.literal(true), result: auditResultSchema }),
  z.strictObject({ id: idSchema.optional(), ok: z.literal(false), code: auditErrorCodeSchema, message: z.string().max(1024) }),
])

export type AuditRequest = Readonly<z.infer<typeof auditRequestSchema>>
export type AuditResult = Readonly<z.infer<typeof auditResultSchema>>
export type AuditResponse = Readonly<z.infer<typeof auditResponseSchema>>
export type AuditErrorCode = z.infer<typeof auditErrorCodeSchema>
