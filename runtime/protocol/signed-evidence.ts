import * as z from 'zod'
import { isolationEvidenceSchema } from './isolation.ts'

/**
 * A machine's isolation evidence with its signature: ECDSA P-256 over SHA-256 of the evidence's canonical bytes (RFC 8785), in the
 * fixed-length IEEE P1363 form, base64url, by the machine's leaf key.
 */
export const signedEvidenceSchema = z.strictObject({
  evidence: isolationEvidenceSchema,
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/, 'must be 64 bytes in base64url without padding'),
})

export type SignedEvidence = Readonly<z.infer<typeof signedEvidenceSchema>>
