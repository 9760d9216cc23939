import { hash } from 'node:crypto'

/** Bytes of a SHA-256. */
export const hashBytes = 32

const leafPrefix = Buffer.of(0)

/** Hash of a leaf's bytes as RFC 6962, section 2.1, defines it: SHA-256(0x00 || leaf). */
export function leafHash(leaf: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([leafPrefix, leaf]), 'buffer')
}

/** Hash of an inner node (RFC 6962, section 2.1): SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(1 + 2 * hashBytes)
  bytes[0] = 1
  bytes.set(left, 1)
  bytes.set(right, 1 + hashBytes)
  return hash('sha256', bytes, 'buffer')
}

/** Root of a tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Buffer {
  return hash('sha256', '', 'buffer')
}

/** Number of leaves in the left subtree of a tree of `size` >= 2: the largest power of two below `size`. */
export function leftSize(size: number): number {
  let left = 1
  while (left * 2 < size) left *= 2
  return left
}
