import { emptyRoot, nodeHash } from '../protocol/merkle-hash.ts'

/** The roots of the complete subtrees that a growing Merkle tree consists of: enough for its root, O(log n) memory. */
export class MerkleFrontier {
  /** Hash of the complete subtree of 2^index leaves, where the size has that bit. */
  readonly #subtrees: (Buffer | undefined)[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  append(leaf: Buffer): void {
    this.appendSubtree(0, leaf)
  }

  /** Appends 2^`level` leaves by the hash of their complete subtree. The size must be a multiple of as many. */
  appendSubtree(height: number, subtree: Buffer): void {
    let hash = subtree
    let level = height
    for (let left = this.#subtrees[level]; left !== undefined; left = this.#subtrees[level]) {
      hash = nodeHash(left, hash)
      this.#subtrees[level] = undefined
      level += 1
    }
    this.#subtrees[level] = hash
    this.#size += 2 ** height
  }

  copy(): MerkleFrontier {
    const copy = new MerkleFrontier()
    copy.#subtrees.push(...this.#subtrees)
    copy.#size = this.#size
    return copy
  }

  /** Root of the tree, or of the tree with one more leaf that is not kept. */
  root(extra?: Buffer): Buffer {
    let root = extra
    for (const subtree of this.#subtrees) {
      if (subtree !== undefined) root = root === undefined ? subtree : nodeHash(subtree, root)
    }
    return root ?? emptyRoot()
  }
}
