import * as z from 'zod'
import { auditHeadSchema } from './audit-record.ts'
import { credentialHandleSchema, ed25519PublicKeySchema, instantSchema, tokenSchema, treeHashSchema } from './identifiers.ts'
import { isolationEvidenceSchema } from './isolation.ts'
import { runtimeConfigSchema } from './runtime-config.ts'

/** No body to or from the gateway is longer. */
export const gatewayBodyLimitBytes = 64 * 1024

/** `POST /v1/enrol`. `publicKey` signs every later request of the session; its private half never leaves the broker. */
export const enrolRequestSchema = z.strictObject({
  token: tokenSchema,
  bootId: z.string().min(1).max(64),
  publicKey: ed25519PublicKeySchema,
  probe: isolationEvidenceSchema,
  auditHead: auditHeadSchema,
})

export const enrolResponseSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('not-yet'), reason: z.string().max(512), retryAfterMs: z.int().min(0) }),
  z.strictObject({
    state: z.literal('enrolled'),
    session: z.string().min(1).max(4096),
    appPassword: z.string().min(1).max(256),
    botSecret: z.string().min(1).max(256),
    certificate: z.strictObject({ certificate: z.string().max(64 * 1024), privateKey: z.string().max(16 * 1024) }),
    config: runtimeConfigSchema,
  }),
])

/** `POST /v1/renew`: a session lives 60 s and is renewed every 20 s. */
export const renewRequestSchema = z.strictObject({
  session: z.string().min(1).max(4096),
  revokedEntries: z.array(credentialHandleSchema).max(64),
})

export const renewResponseSchema = z.strictObject({
  session: z.string().min(1).max(4096),
  handles: z.array(credentialHandleSchema).max(64),
})

/** `POST /v1/report`: what a person looking at the resource would care about. */
export const reportRequestSchema = z.strictObject({
  session: z.string().min(1).max(4096),
  version: z.string().max(64),
  since: instantSchema,
  auditHead: auditHeadSchema,
  /** RFC 6962 consistency proof from the head reported last, hashes in base64url. */
  consistency: z.array(treeHashSchema).max(128),
  model: z.strictObject({ name: z.string().max(128), state: z.enum(['ready', 'loading', 'failed']) }),
  approvalsPending: z.int().min(0).max(10_000),
  probe: isolationEvidenceSchema.optional(),
})

export const gatewayErrorSchema = z.strictObject({ error: z.strictObject({ code: z.string().max(64), message: z.string().max(1024) }) })

export type EnrolRequest = Readonly<z.infer<typeof enrolRequestSchema>>
export type EnrolResponse = Readonly<z.infer<typeof enrolResponseSchema>>
export type RenewRequest = Readonly<z.infer<typeof renewRequestSchema>>
export type RenewResponse = Readonly<z.infer<typeof renewResponseSchema>>
export type ReportRequest = Readonly<z.infer<typeof reportRequestSchema>>
