import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { CertificatePair } from './key-pair.ts'
import { isRenewalDue } from './validity.ts'

interface Wanted {
  readonly dnsNames: readonly string[]
  readonly now: Date
}

/** Whether a pair is an authority's certificate and the key that belongs to it: then it can be renewed, and need not be made anew. */
export function isSoundAuthority(authority: CertificatePair): boolean {
  const certificate = read(authority)
  return typeof certificate !== 'string' && certificate.ca
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
