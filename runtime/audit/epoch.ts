import * as z from 'zod'
import { canonicalJson } from '../protocol/canonical-json.ts'
import { ed25519PublicKeySchema, ed25519SignatureSchema, instantSchema, treeHashSchema } from '../protocol/identifiers.ts'
import { ed25519PublicKey, isSignedBy } from '../protocol/signed-checkpoint.ts'
import type { AuditSigner } from './audit-signer.ts'

/**
 * One line of `epochs.jsonl`: a key takes over. Signed by the key before it, which is destroyed then; the first signs itself.
 * What an earlier epoch signed cannot be signed anew by whoever takes the machine later.
 */
export const epochSchema = z.strictObject({
  schemaVersion: z.literal(1),
  origin: z.string().min(1).max(256),
  epoch: z.int().min(0),
  key: ed25519PublicKeySchema,
  /** The log when the key took over: number of records and RFC 6962 root. */
  fromSize: z.int().min(0),
  root: treeHashSchema,
  at: instantSchema,
  signature: ed25519SignatureSchema,
})

export type Epoch = Readonly<z.infer<typeof epochSchema>>
export type UnsignedEpoch = Omit<Epoch, 'signature'>

/** A prefix of its own, so that what is signed here can never pass for a checkpoint. */
function epochText(epoch: UnsignedEpoch): string {
  return `moltagent audit epoch v1\n${canonicalJson({ ...epoch })}`
}

/** The line that hands over to `epoch.key`, signed by the key that is leaving (or by itself, if it is the first). */
export function signedEpoch(epoch: UnsignedEpoch, signer: AuditSigner): Epoch {
  return { ...epoch, signature: signer.sign(epochText(epoch)).toString('base64url') }
}

/** True when `key` handed over to this epoch. */
export function isEpochSignedBy(epoch: Epoch, key: string): boolean {
  const { signature, ...unsigned } = epoch
  return isSignedBy(epochText(unsigned), Buffer.from(signature, 'base64url'), ed25519PublicKey(key))
}
