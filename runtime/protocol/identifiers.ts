import * as z from 'zod'

/** Lower-case hexadecimal SHA-256, 64 characters. */
export const sha256HexSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal characters')

/** Kubernetes object UID or Nextcloud Passwords id: a lower-case RFC 9562 UUID. */
export const uuidSchema = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a lower-case UUID')

/** A credential's handle: its name in `spec.credentials`. Never the credential. */
export const credentialHandleSchema = z
  .string()
  .regex(/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/, 'must be a lower-case name of at most 40 characters')

/** RFC 3339 instant in UTC with milliseconds, as `Date.prototype.toISOString` prints it. */
export const instantSchema = z.iso.datetime({ precision: 3 })

/** One-way random token in base64url without padding, 32 bytes. */
export const tokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes in base64url without padding')

/** Ed25519 public key: 32 raw bytes in base64url without padding. */
export const ed25519PublicKeySchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be a 32-byte Ed25519 key in base64url without padding')

/** SHA-256 in base64url without padding, 43 characters: nodes of a Merkle tree. */
export const treeHashSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be a SHA-256 in base64url without padding')

/** Ed25519 signature: 64 raw bytes in base64url without padding. */
export const ed25519SignatureSchema = z.string().regex(/^[A-Za-z0-9_-]{86}$/, 'must be 64 bytes in base64url without padding')
