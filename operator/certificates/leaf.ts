import { webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from './x509.ts'
import { certificateFromPem, certificateToPem } from './authority.ts'
import { type CertificatePair, generateKeyPair, keyAlgorithm, privateKeyFromPem, privateKeyToPem } from './key-pair.ts'
import { validityFrom } from './validity.ts'

/** `server` answers, `client` asks, `peer` does both. */
export type LeafUse = 'server' | 'client' | 'peer'

export interface LeafRequest {
  /** Subject's common name: who the holder is to its peers, such as `agent` or `gateway`. */
  readonly holder: string
  /** Subject's organisation: UID of the Moltagent. */
  readonly uid: string
  readonly use: LeafUse
  /** Subject alternative names. At least one. */
  readonly dnsNames: readonly string[]
  readonly now: Date
  readonly lifetimeDays: number
}

const usages: Readonly<Record<LeafUse, readonly ExtendedKeyUsage[]>> = {
  server: [ExtendedKeyUsage.serverAuth],
  client: [ExtendedKeyUsage.clientAuth],
  peer: [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth],
}

/** A new key and a certificate for it under the instance's authority, never valid for longer than the authority itself. */
export async function issueLeaf(authority: CertificatePair, request: LeafRequest): Promise<CertificatePair> {
  const what = `the authority of ${request.uid}`
  const issuer = certificateFromPem(authority.certificate, what)
  const signingKey = await privateKeyFromPem(authority.privateKey, what)
  const keys = await generateKeyPair()
  const { notBefore, notAfter } = validityFrom(request.now, request.lifetimeDays)
  const certificate = await X509CertificateGenerator.create(
    {
      subject: [{ CN: [request.holder] }, { O: [request.uid] }],
      issuer: issuer.subjectName,
      notBefore,
      notAfter: notAfter < issuer.notAfter ? notAfter : issuer.notAfter,
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: keyAlgorithm,
      extensions: await leafExtensions(issuer, request),
    },
    webcrypto,
  )
  return { certificate: certificateToPem(certificate), privateKey: await privateKeyToPem(keys.privateKey) }
}

async function leafExtensions(issuer: X509Certificate, request: LeafRequest): Promise<Extension[]> {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([...usages[request.use]]),
    new SubjectAlternativeNameExtension(request.dnsNames.map((value) => ({ type: 'dns', value }))),
    await AuthorityKeyIdentifierExtension.create(issuer, false, webcrypto),
  ]
}
