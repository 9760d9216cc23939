import { webcrypto } from 'node:crypto'
import { PemConverter } from './x509.ts'

/** ECDSA on P-256 with SHA-256: what every TLS library of the three machines takes, and small. */
export const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** A certificate and its key, both PEM: `CERTIFICATE`, and `PRIVATE KEY` (PKCS #8, not encrypted). */
export interface CertificatePair {
  readonly certificate: string
  readonly privateKey: string
}

export function generateKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
}

export async function privateKeyToPem(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
}

/** Throws an error that says what was being read when the text is not one P-256 key. */
export async function privateKeyFromPem(pem: string, what: string): Promise<webcrypto.CryptoKey> {
  try {
    const bytes = PemConverter.decodeFirst(pem)
    return await webcrypto.subtle.importKey('pkcs8', bytes, keyAlgorithm, false, ['sign'])
  } catch (error) {
    throw new Error(`reading the private key of ${what}: it is not a P-256 key in PKCS #8 form`, { cause: error })
  }
}
