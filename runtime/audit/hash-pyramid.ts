import { emptyRoot, hashBytes, leftSize, nodeHash } from '../protocol/merkle-hash.ts'

/** Hashes in one growing buffer: 32 bytes each, no object per hash. */
class HashList {
  #bytes = Buffer.alloc(64 * hashBytes)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(hash: Uint8Array): void {
    const start = this.#length * hashBytes
    if (start === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)])
    this.#bytes.set(hash, start)
    this.#length += 1
  }

  at(index: number): Buffer | undefined {
    return index < this.#length ? this.#bytes.subarray(index * hashBytes, (index + 1) * hashBytes) : undefined
  }
}

/**
 * A Merkle tree (RFC 6962) that keeps the hash of every complete subtree, so that the root of any range that a proof asks for costs
 * O(log n). 64 bytes a leaf.
 */
export class HashPyramid {
  readonly #levels: HashList[] = [new HashList()]

  get size(): number {
    return this.#levels[0]?.length ?? 0
  }

  append(leaf: Uint8Array): void {
    let hash = leaf
    for (let level = 0; ; level += 1) {
      const hashes = this.#level(level)
      hashes.push(hash)
      if (hashes.length % 2 === 1) return
      hash = nodeHash(this.complete(level, hashes.length - 2), this.complete(level, hashes.length - 1))
    }
  }

  /** Hash of the complete subtree over leaves [index * 2^level, (index + 1) * 2^level). */
  complete(level: number, index: number): Buffer {
    const hash = this.#levels[level]?.at(index)
    if (!hash) throw new RangeError(`reading a Merkle tree of ${this.size} leaves: there is no subtree ${index} at level ${level}`)
    return hash
  }

  /** Root of the tree over leaves [start, end) as RFC 6962 splits it. `start` must be a multiple of the range's complete subtrees' sizes. */
  range(start: number, end: number): Buffer {
    const size = end - start
    if (size <= 0) return emptyRoot()
    const level = Math.log2(size)
    if (Number.isInteger(level) && start % size === 0) return this.complete(level, start / size)
    const middle = start + leftSize(size)
    return nodeHash(this.range(start, middle), this.range(middle, end))
  }

  #level(level: number): HashList {
    return this.#levels[level] ?? (this.#levels[level] = new HashList())
  }
}
