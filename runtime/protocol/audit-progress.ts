import type { AuditHead } from './audit-record.ts'
import { verifyConsistency } from './merkle-proof.ts'
import { checkpointText, ed25519PublicKey, isSignedBy } from './signed-checkpoint.ts'

/** What an observer outside knows of a log: `status.agent.auditHead`, an anchor file. */
export type AuditAnchor = Pick<AuditHead, 'size' | 'root' | 'key'>

export type AuditProgress = 'consistent' | 'bad-signature' | 'rolled-back' | 'forked'

/** True when the head is signed by the key it names, for the log called `origin`. */
export function isAuditHeadSigned(origin: string, head: AuditHead): boolean {
  const text = checkpointText({ origin, size: head.size, root: Buffer.from(head.root, 'base64url') })
  return isSignedBy(text, Buffer.from(head.signature, 'base64url'), ed25519PublicKey(head.key))
}

/**
 * Judges a log's new head against the one known before.
 *
 * `rolled-back`: it is shorter than what was known, so records are gone. `forked`: it is not a continuation, so records were rewritten
 * or a clone is speaking. `proof` is the RFC 6962 consistency proof from the known size, hashes in base64url.
 */
export function auditProgress(origin: string, known: AuditAnchor | undefined, head: AuditHead, proof: readonly string[]): AuditProgress {
  if (!isAuditHeadSigned(origin, head)) return 'bad-signature'
  if (!known) return 'consistent'
  if (head.size < known.size) return 'rolled-back'
  const earlier = { size: known.size, root: Buffer.from(known.root, 'base64url') }
  const later = { size: head.size, root: Buffer.from(head.root, 'base64url') }
  const hashes = proof.map((hash) => Buffer.from(hash, 'base64url'))
  return verifyConsistency(earlier, later, hashes) ? 'consistent' : 'forked'
}
