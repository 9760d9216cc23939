import { webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts'
import { type CertificatePair, generateKeyPair, keyAlgorithm, privateKeyToPem } from './key-pair.ts'
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

/**
 * A new authority for one instance: self-signed, signs leaves alone (path length 0), bound to the instance's DNS names.
 *
 * Throws where no name is given: an authority without name constraints could speak for the whole internet.
 */
export async function createAuthority(request: AuthorityRequest): Promise<CertificatePair> {
  if (request.dnsNames.length === 0) throw new Error(`making the authority of ${request.uid}: it needs at least one DNS name`)
  const keys = await generateKeyPair()
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
  return { certificate: certificateToPem(certificate), privateKey: await privateKeyToPem(keys.privateKey) }
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
