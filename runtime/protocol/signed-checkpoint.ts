import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto'

/** A tree head in the text form of C2SP tlog-checkpoint, without extension lines. */
export interface Checkpoint {
  /** The log's unique name, without spaces and plus signs: also the name of its keys. */
  readonly origin: string
  readonly size: number
  readonly root: Buffer
}

/** A parsed C2SP signed note over a checkpoint; nothing in it is verified. */
export interface SignedCheckpoint extends Checkpoint {
  /** The bytes that are signed. */
  readonly text: string
  readonly signatures: readonly { readonly name: string; readonly keyId: string; readonly signature: Buffer }[]
}

const ed25519Type = Buffer.of(1)
/** Text, an empty line, signature lines. */
const noteForm = /^((?:[^\n]+\n)+)\n((?:[^\n]+\n)*[^\n]+)\n$/
const checkpointForm = /^([^\n]+)\n(0|[1-9][0-9]{0,14})\n([A-Za-z0-9+/]{43}=)\n$/
const signatureLine = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/

/** The signed bytes of a checkpoint: origin, decimal size, base64 root, each with a newline. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`
}

/** C2SP key id of an Ed25519 key: the first four bytes of SHA-256(name, newline, 0x01, key), in hexadecimal. `key` is base64url. */
export function noteKeyId(name: string, key: string): string {
  const named = Buffer.concat([Buffer.from(`${name}\n`), ed25519Type, Buffer.from(key, 'base64url')])
  return hash('sha256', named, 'hex').slice(0, 8)
}

/** The C2SP signed note of a checkpoint. `key` is the signer's public key in base64url, `signature` its 64 bytes over the checkpoint's text. */
export function signedCheckpointNote(checkpoint: Checkpoint, key: string, signature: Uint8Array): string {
  const signed = Buffer.concat([Buffer.from(noteKeyId(checkpoint.origin, key), 'hex'), signature])
  return `${checkpointText(checkpoint)}\n— ${checkpoint.origin} ${signed.toString('base64')}\n`
}

/** Reads a signed note over a checkpoint. Throws a sentence about what is wrong with it. At most 16 signatures. */
export function parseSignedCheckpoint(note: string): SignedCheckpoint {
  const [, text = '', signatures = ''] = noteForm.exec(note) ?? []
  const [, origin, size, root = ''] = checkpointForm.exec(text) ?? []
  if (origin === undefined) throw new Error('reading a checkpoint: it is not origin, size and root, an empty line and signatures')
  const lines = signatures.split('\n')
  if (lines.length > 16) throw new Error(`reading a checkpoint: ${lines.length} signatures, at most 16 are allowed`)
  return { origin, size: Number(size), root: Buffer.from(root, 'base64'), text, signatures: lines.map(parseSignature) }
}

function parseSignature(line: string): SignedCheckpoint['signatures'][number] {
  const [, name, encoded] = signatureLine.exec(line) ?? []
  const bytes = Buffer.from(encoded ?? '', 'base64')
  if (name === undefined || bytes.length <= 4) throw new Error('reading a checkpoint: a signature line is malformed')
  return { name, keyId: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4) }
}

/** A public key object from 32 raw bytes in base64url. */
export function ed25519PublicKey(key: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' })
}

/** True when `signature` (64 bytes) is that of `key` over `text`. */
export function isSignedBy(text: string | Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  return signature.length === 64 && verify(null, typeof text === 'string' ? Buffer.from(text) : text, key, signature)
}
