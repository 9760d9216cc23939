import * as z from 'zod'
import {
  credentialHandleSchema,
  ed25519PublicKeySchema,
  ed25519SignatureSchema,
  instantSchema,
  sha256HexSchema,
  treeHashSchema,
} from './identifiers.ts'

/** No line of an audit log is longer, its newline excluded. C2SP tlog-tiles allows 65,535 bytes. */
export const auditLineLimitBytes = 32 * 1024

/** Head of an audit log: what the gateway anchors and `status.agent.auditHead` shows. */
export const auditHeadSchema = z.strictObject({
  size: z.int().min(0),
  /** RFC 6962 root over `size` records, base64url. For an empty log the hash of the empty string. */
  root: treeHashSchema,
  /** The current epoch's public key. */
  key: ed25519PublicKeySchema,
  /** Ed25519 over the C2SP checkpoint text of the log's origin, `size` and `root` (`signed-checkpoint.ts`). */
  signature: ed25519SignatureSchema,
})

/** A label without content: reader and source names stay out of the log, the action's hash commits to them. */
export const auditLabelSchema = z.strictObject({
  integrity: z.enum(['trusted', 'untrusted']),
  sensitivity: z.enum(['public', 'internal', 'sensitive']),
  /** Number of readers. */
  readers: z.union([z.literal('all'), z.int().min(0)]),
  /** Number of sources. */
  sources: z.int().min(0),
})

/** What writers may record. */
export const writtenKindSchema = z.enum([
  'intent',
  'outcome',
  'refusal',
  'approval',
  'revocation',
  'readmission',
  'enrolment',
  'tunnel',
  'hold',
  'note',
])

/** What the log records of itself: its start, what a crash left, a new signing key, an erased salt. */
export const ownKindSchema = z.enum(['boot', 'recovery', 'epoch', 'erasure'])

const nameSchema = z.string().regex(/^[a-z][A-Za-z0-9.-]{0,63}$/, 'must be a name of letters, digits, dots and dashes')
const seqSchema = z.int().min(0)

const commonFields = {
  session: z.string().max(128).optional(),
  /** SHA-256 of the canonical action. */
  action: sha256HexSchema.optional(),
  /** For an outcome: `seq` of its intent. */
  intent: seqSchema.optional(),
  decision: z.enum(['allow', 'ask', 'deny']).optional(),
  rule: z.string().max(128).optional(),
  /** SHA-256 of the canonical policy that decided. */
  policy: sha256HexSchema.optional(),
  labels: z.array(auditLabelSchema).max(64).optional(),
  approval: z.string().max(64).optional(),
  credential: credentialHandleSchema.optional(),
  /** A code such as `ok`, `http-404`, `destination-not-listed`. */
  result: z.string().max(128).optional(),
  /** SHA-256 of what came back. */
  resultDigest: sha256HexSchema.optional(),
  /** Values that tell nothing about a person or a text: counts, versions, durations. */
  facts: z.record(nameSchema, z.string().max(256)).optional(),
  /** Asks for a checkpoint before the append is acknowledged. */
  highRisk: z.boolean().optional(),
}

/** A low-entropy value on its way into the log, which stores only its HMAC under the salt of `subject`: erasing that salt erases the value. */
export const hiddenValueSchema = z.strictObject({ value: z.string().max(4096), subject: z.string().min(1).max(256) })

/** What a writer hands to the log. Content never: digests, codes, labels. */
export const auditEntrySchema = z.strictObject({
  kind: writtenKindSchema,
  ...commonFields,
  hidden: z.record(nameSchema, hiddenValueSchema).optional(),
})

/** One line of the log: the entry plus what the log itself adds. Canonical by RFC 8785. */
export const auditRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.union([writtenKindSchema, ownKindSchema]),
  /** Who wrote it, by the socket it came through, never by its own word. `audit` is the log itself. */
  actor: z.string().min(1).max(128),
  ...commonFields,
  /** `<salt id>:<HMAC-SHA-256 in hexadecimal>` of each hidden value. */
  hidden: z.record(nameSchema, z.string().regex(/^[0-9a-f]{16}:[0-9a-f]{64}$/)).optional(),
  /** In a `recovery` record: intents whose outcome a crash took, oldest first. */
  unmatched: z.array(seqSchema).max(1024).optional(),
  seq: seqSchema,
  boot: z.string().min(1).max(64),
  at: instantSchema,
  /** Of the machine's monotonic clock, comparable within one `boot`. */
  monotonicMs: z.number().min(0),
  /** SHA-256 of 0x00 and the previous line (its RFC 6962 leaf hash); for the first record of a segment the same of the segment's seam. */
  previous: sha256HexSchema,
})

export type AuditHead = Readonly<z.infer<typeof auditHeadSchema>>
export type AuditLabel = Readonly<z.infer<typeof auditLabelSchema>>
export type AuditEntry = Readonly<z.infer<typeof auditEntrySchema>>
export type AuditRecord = Readonly<z.infer<typeof auditRecordSchema>>
export type WrittenKind = z.infer<typeof writtenKindSchema>
