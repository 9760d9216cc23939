import { sign, verify, type KeyObject } from 'node:crypto'
import { canonicalJson } from '../protocol/canonical-json.ts'
import type { IsolationEvidence } from '../protocol/isolation.ts'
import type { SignedEvidence } from '../protocol/signed-evidence.ts'

const bytes = (evidence: IsolationEvidence): Buffer => Buffer.from(canonicalJson(evidence), 'utf8')

/** Signs evidence with a P-256 private key: see `signedEvidenceSchema`. */
export function signEvidence(evidence: IsolationEvidence, privateKey: KeyObject): SignedEvidence {
  return { evidence, signature: sign('sha256', bytes(evidence), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url') }
}

/** Was this evidence signed by the holder of `publicKey`? */
export function isEvidenceOf(signed: SignedEvidence, publicKey: KeyObject): boolean {
  const signature = Buffer.from(signed.signature, 'base64url')
  return verify('sha256', bytes(signed.evidence), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
}
