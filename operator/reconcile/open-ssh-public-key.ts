import type { KeyObject } from 'node:crypto'

const field = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** An Ed25519 public key in OpenSSH's one-line form (RFC 8709, RFC 4253 section 6.6). Throws for any other kind of key. */
export function openSshPublicKey(key: KeyObject, comment: string): string {
  const { x } = key.export({ format: 'jwk' })
  if (key.asymmetricKeyType !== 'ed25519' || x === undefined) throw new Error('writing an OpenSSH key: only Ed25519 keys are used here')
  const blob = Buffer.concat([field(Buffer.from('ssh-ed25519')), field(Buffer.from(x, 'base64url'))])
  return `ssh-ed25519 ${blob.toString('base64')} ${comment}`
}
