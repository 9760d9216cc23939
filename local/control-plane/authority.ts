import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

/** PEM texts. */
export interface KeyPair {
  readonly certificate: string
  readonly key: string
}

export interface Leaf {
  readonly commonName: string
  /** Kubernetes reads them as the user's groups. */
  readonly organizations?: readonly string[]
  /** DNS names and IP addresses of a server; without any, the certificate is a client's alone. */
  readonly hosts?: readonly string[]
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const dayMs = 86_400_000
/** A kept state folder outlives its leaves, which are new at each start, not its authority. */
const authorityDays = 3650
const leafDays = 365

export async function createAuthority(commonName: string): Promise<KeyPair> {
  const keys = await generateKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    ...validity(authorityDays),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) }
}

/** A new key and its certificate, signed by `authority`. */
export async function issueLeaf(authority: KeyPair, leaf: Leaf): Promise<KeyPair> {
  const [keys, issuer] = [await generateKeys(), new x509.X509Certificate(authority.certificate)]
  const hosts = leaf.hosts ?? []
  const usages = [x509.ExtendedKeyUsage.clientAuth, ...(hosts.length > 0 ? [x509.ExtendedKeyUsage.serverAuth] : [])]
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [...(leaf.organizations ?? []).map((organization) => ({ O: [organization] })), { CN: [leaf.commonName] }],
    issuer: issuer.subjectName,
    ...validity(leafDays),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...(hosts.length > 0 ? [new x509.SubjectAlternativeNameExtension(hosts.map(generalName))] : []),
    ],
  })
  return { certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey) }
}

/** A key for signing ServiceAccount tokens and the one for checking them, PEM. */
export async function createSigningKeys(): Promise<{ readonly private: string; readonly public: string }> {
  const { privateKey, publicKey } = await generateKeys()
  const spki = await webcrypto.subtle.exportKey('spki', publicKey)
  return { private: await exportKey(privateKey), public: x509.PemConverter.encode(spki, 'PUBLIC KEY') }
}

/** Valid from five minutes ago, so that a clock set back a little does no harm. */
const validity = (days: number): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(Date.now() - 300_000),
  notAfter: new Date(Date.now() + days * dayMs),
})

const generalName = (host: string): x509.JsonGeneralName => ({ type: /^[\d.]+$|:/.test(host) ? 'ip' : 'dns', value: host })

const generateKeys = (): Promise<webcrypto.CryptoKeyPair> => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), algorithm, true, ['sign'])
}
