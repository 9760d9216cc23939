import { createPrivateKey, X509Certificate } from 'node:crypto'
import { X509Certificate as ParsedCertificate } from './x509.ts'
import type { CertificatePair } from './key-pair.ts'
import { permittedNames } from './name-constraints.ts'
import { isRenewalDue } from './validity.ts'

/** Object identifier of the name-constraints extension, RFC 5280, 4.2.1.10. */
const nameConstraintsId = '2.5.29.30'

interface Wanted {
  readonly dnsNames: readonly string[]
  readonly now: Date
}

/** Why an authority has to be made again, in words for an event; `undefined` while it may stay. */
export function authorityReplacementReason(authority: CertificatePair, wanted: Wanted): string | undefined {
  const certificate = read(authority)
  if (typeof certificate === 'string') return certificate
  if (!certificate.ca) return 'the certificate is not an authority'
  const names = permittedNames(new ParsedCertificate(authority.certificate).getExtension(nameConstraintsId))
  if (!isSameSet(names, wanted.dnsNames)) return 'it is bound to other names'
  return lifeReason(certificate, wanted.now)
}

/** Why a leaf has to be issued again, in words for an event; `undefined` while it may stay. */
export function leafReplacementReason(leaf: CertificatePair, authority: CertificatePair, wanted: Wanted): string | undefined {
  const certificate = read(leaf)
  if (typeof certificate === 'string') return certificate
  const issuer = read(authority)
  if (typeof issuer === 'string') return `its authority: ${issuer}`
  if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return 'another authority signed it'
  if (!isSameSet(alternativeNames(certificate), wanted.dnsNames)) return 'it is for other names'
  return lifeReason(certificate, wanted.now)
}

function read(pair: CertificatePair): X509Certificate | string {
  try {
    const certificate = new X509Certificate(pair.certificate)
    return certificate.checkPrivateKey(createPrivateKey(pair.privateKey)) ? certificate : 'certificate and key do not belong together'
  } catch {
    return 'certificate or key cannot be read'
  }
}

function lifeReason(certificate: X509Certificate, now: Date): string | undefined {
  const validity = { notBefore: certificate.validFromDate, notAfter: certificate.validToDate }
  if (now < validity.notBefore) return 'it is not valid yet'
  return isRenewalDue(validity, now) ? 'two thirds of its life are over' : undefined
}

function alternativeNames(certificate: X509Certificate): readonly string[] {
  return (certificate.subjectAltName ?? '').split(', ').map((name) => name.replace(/^DNS:/, ''))
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  return new Set(left).size === new Set(right).size && left.every((name) => right.includes(name))
}
