import * as z from 'zod'
import { canonicalJson } from '../protocol/canonical-json.ts'
import { ed25519PublicKeySchema, ed25519SignatureSchema, sha256HexSchema, treeHashSchema } from '../protocol/identifiers.ts'
import { ed25519PublicKey, isSignedBy } from '../protocol/signed-checkpoint.ts'
import type { AuditSigner } from './audit-signer.ts'

/** At most so many intents wait for their outcome. */
export const openIntentLimit = 1024

/** First line of a segment: binds it to the segment before it. Not a leaf of the tree; the segment's first record chains to it. */
export const seamSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('seam'),
  origin: z.string().min(1).max(256),
  segment: z.int().min(0),
  /** Records in a full segment: a power of two, so that a segment is a complete subtree. */
  segmentRecords: z.int().min(2),
  firstSeq: z.int().min(0),
  /** Leaf hash of the record before; zeros in the first segment. */
  previous: sha256HexSchema,
  /** RFC 6962 root of all `firstSeq` records before. */
  root: treeHashSchema,
  /** Root of the segment before it alone; absent in the first. */
  previousSegment: treeHashSchema.optional(),
  /** Intents from earlier segments that have no outcome yet. */
  openIntents: z.array(z.int().min(0)).max(openIntentLimit),
  key: ed25519PublicKeySchema,
  signature: ed25519SignatureSchema,
})

export type Seam = Readonly<z.infer<typeof seamSchema>>
export type UnsignedSeam = Omit<Seam, 'signature' | 'key'>

/** `previous` of the first segment. */
export const noPrevious = '0'.repeat(64)

function seamText(seam: Omit<Seam, 'signature'>): string {
  return `moltagent audit seam v1\n${canonicalJson({ ...seam })}`
}

/** The seam signed by the current epoch's key. */
export function signedSeam(seam: UnsignedSeam, signer: AuditSigner): Seam {
  const named = { ...seam, key: signer.publicKey }
  return { ...named, signature: signer.sign(seamText(named)).toString('base64url') }
}

/** True when the seam is signed by the key it names. Whether that key was the log's is another question. */
export function isSeamSigned(seam: Seam): boolean {
  const { signature, ...unsigned } = seam
  return isSignedBy(seamText(unsigned), Buffer.from(signature, 'base64url'), ed25519PublicKey(seam.key))
}
