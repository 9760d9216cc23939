import * as z from 'zod'
import { ed25519PublicKeySchema, ed25519SignatureSchema, instantSchema, sha256HexSchema, treeHashSchema } from './identifiers.ts'
import { labelSchema } from './label.ts'

/** Head of an audit log: what the gateway anchors and `status.agent.auditHead` shows. */
export const auditHeadSchema = z.strictObject({
  size: z.int().min(0),
  /** RFC 6962 root over `size` records, base64url. For an empty log the hash of the empty string. */
  root: treeHashSchema,
  /** The current epoch's public key. */
  key: ed25519PublicKeySchema,
  signature: ed25519SignatureSchema,
})

/** What a writer hands to the log. Content never: digests, codes, labels. */
export const auditEntrySchema = z.strictObject({
  kind: z.enum(['boot', 'intent', 'outcome', 'refusal', 'approval', 'revocation', 'enrolment', 'tunnel', 'hold', 'note']),
  actor: z.string().min(1).max(128),
  session: z.string().max(128).optional(),
  /** SHA-256 of the canonical action. */
  action: sha256HexSchema.optional(),
  /** For an outcome: `seq` of its intent. */
  intent: z.int().min(0).optional(),
  decision: z.enum(['allow', 'ask', 'deny']).optional(),
  rule: z.string().max(128).optional(),
  policy: sha256HexSchema.optional(),
  labels: z.array(labelSchema).max(64).optional(),
  approval: z.string().max(64).optional(),
  result: z.string().max(128).optional(),
  /** Low-entropy values as salted HMACs, named. */
  facts: z.record(z.string().max(64), z.string().max(256)).optional(),
  highRisk: z.boolean().optional(),
})

/** One line of the log: the entry plus what the log itself adds. Canonical by RFC 8785. */
export const auditRecordSchema = auditEntrySchema.extend({
  schemaVersion: z.literal(1),
  seq: z.int().min(0),
  boot: z.string().min(1).max(64),
  at: instantSchema,
  monotonicMs: z.number().min(0),
  /** SHA-256 of the previous line's bytes; of the segment's seam for the first line of a segment; zeros for record 0. */
  previous: sha256HexSchema,
})

export type AuditHead = Readonly<z.infer<typeof auditHeadSchema>>
export type AuditEntry = Readonly<z.infer<typeof auditEntrySchema>>
export type AuditRecord = Readonly<z.infer<typeof auditRecordSchema>>
