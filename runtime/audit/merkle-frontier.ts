import { hash } from 'node:crypto'
import { emptyRoot, hashBytes, nodeHash } from '../protocol/merkle-hash.ts'

const heights = 53

/**
 * The roots of the complete subtrees that a growing Merkle tree consists of: enough for its root. Two kilobytes whatever the size, and
 * no object for a leaf: a million Buffers would cost more than the hashing.
 */
export class MerkleFrontier {
  /** At index h the hash of the complete subtree of 2^h leaves, where the size has that bit. */
  readonly #subtrees = Buffer.alloc(heights * hashBytes)
  /** 0x01, left, right: what the hash of an inner node is taken over. */
  readonly #node = Buffer.alloc(1 + 2 * hashBytes, 1)
  #size = 0

  get size(): number {
    return this.#size
  }

  append(leaf: Uint8Array): void {
    this.appendSubtree(0, leaf)
  }

  /** Appends 2^`height` leaves by the hash of their complete subtree. The size must be a multiple of as many. */
  appendSubtree(height: number, subtree: Uint8Array): void {
    this.#node.set(subtree, 1 + hashBytes)
    let level = height
    for (; this.#has(level); level += 1) {
      this.#subtrees.copy(this.#node, 1, level * hashBytes, (level + 1) * hashBytes)
      this.#node.write(hash('sha256', this.#node, 'hex'), 1 + hashBytes, 'hex')
    }
    this.#node.copy(this.#subtrees, level * hashBytes, 1 + hashBytes)
    this.#size += 2 ** height
  }

  copy(): MerkleFrontier {
    const copy = new MerkleFrontier()
    this.#subtrees.copy(copy.#subtrees)
    copy.#size = this.#size
    return copy
  }

  /** Root of the tree, or of the tree with one more leaf that is not kept. */
  root(extra?: Uint8Array): Buffer {
    let root = extra
    for (let level = 0; 2 ** level <= this.#size; level += 1) {
      if (!this.#has(level)) continue
      const subtree = this.#subtrees.subarray(level * hashBytes, (level + 1) * hashBytes)
      root = root === undefined ? subtree : nodeHash(subtree, root)
    }
    return root === undefined ? emptyRoot() : Buffer.from(root)
  }

  #has(level: number): boolean {
    return Math.floor(this.#size / 2 ** level) % 2 === 1
  }
}
