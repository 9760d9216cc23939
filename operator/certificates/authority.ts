import { webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts'
import { type CertificatePair, generateKeyPair, keyAlgorithm, privateKeyFromPem, privateKeyToPem } from './key-pair.ts'
import { nameConstraints } from './name-constraints.ts'
import { validityFrom } from './validity.ts'

/** What an instance's authority is for. */
export interface AuthorityRequest {
  /** UID of the Moltagent. */
  readonly uid: string
  /** Every DNS name its leaves may carry. At least one. */
  readonly dnsNames: readonly string[]
  readonly now: Date
  readonly lifetimeDays: number
}

/** A new authority for one instance: self-signed, signs leaves alone (path length 0), bound to the instance's DNS names. */
export async function createAuthority(request: AuthorityRequest): Promise<CertificatePair> {
  const keys = await generateKeyPair()
  return { certificate: await selfSign(request, keys), privateKey: await privateKeyToPem(keys.privateKey) }
}

/**
 * The same authority under a new certificate, for other names or a longer life. Key and subject stay, so that leaves of before are
 * good under the new certificate and new ones under the old: machines are restarted one at a time and still know each other.
 */
export async function renewAuthority(authority: CertificatePair, request: AuthorityRequest): Promise<CertificatePair> {
  const what = `the authority of ${request.uid}`
  const privateKey = await privateKeyFromPem(authority.privateKey, what)
  const publicKey = await certificateFromPem(authority.certificate, what).publicKey.export(keyAlgorithm, ['verify'], webcrypto)
  return { certificate: await selfSign(request, { privateKey, publicKey }), privateKey: authority.privateKey }
}

/** Throws where no name is given: an authority without name constraints could speak for the whole internet. */
async function selfSign(request: AuthorityRequest, keys: webcrypto.CryptoKeyPair): Promise<string> {
  if (request.dnsNames.length === 0) throw new Error(`making the authority of ${request.uid}: it needs at least one DNS name`)
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [`Moltagent ${request.uid}`] }],
      keys,
      signingAlgorithm: keyAlgorithm,
      ...validityFrom(request.now, request.lifetimeDays),
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        nameConstraints(request.dnsNames),
      ],
    },
    webcrypto,
  )
  return certificateToPem(certificate)
}

export function certificateToPem(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`
}

/** Throws an error that says what was being read when the text is not a certificate. */
export function certificateFromPem(pem: string, what: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new Error(`reading the certificate of ${what}: it is not an X.509 certificate in PEM form`, { cause: error })
  }
}
