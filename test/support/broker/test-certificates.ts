import { createAuthority } from '../../../operator/certificates/authority.ts'
import type { CertificatePair } from '../../../operator/certificates/key-pair.ts'
import { issueLeaf, type LeafUse } from '../../../operator/certificates/leaf.ts'

export interface TestCertificates {
  readonly authority: string
  readonly leaf: (name: string, use?: LeafUse) => Promise<CertificatePair>
}

/** An authority for the given names and leaves under it. */
export async function testCertificates(uid: string, dnsNames: readonly string[]): Promise<TestCertificates> {
  const now = new Date()
  const authority = await createAuthority({ uid, dnsNames, now, lifetimeDays: 2 })
  return {
    authority: authority.certificate,
    leaf: (name, use = 'server') => issueLeaf(authority, { holder: name, uid, use, dnsNames: [name], now, lifetimeDays: 1 }),
  }
}
