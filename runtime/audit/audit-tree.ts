import { AuditRefusedError } from '../protocol/audit-refused-error.ts'
import { emptyRoot, leftSize, nodeHash } from '../protocol/merkle-hash.ts'
import { HashPyramid } from './hash-pyramid.ts'
import { consistencyProof, inclusionProof } from './merkle-proofs.ts'

/** Reads the leaves of a closed segment again. */
export type LoadSegment = (index: number) => Promise<HashPyramid>

/**
 * The RFC 6962 tree over a log's records: the current segment's hashes in memory, of each closed segment its root, the rest read from
 * the disk when a proof needs it.
 */
export class AuditTree {
  readonly #segmentRecords: number
  readonly #load: LoadSegment
  readonly #closed = new HashPyramid()
  #current = new HashPyramid()
  /** The closed segment that a proof needed last. */
  #loaded: { readonly index: number; readonly pyramid: Promise<HashPyramid> } | undefined

  constructor(segmentRecords: number, closedRoots: readonly Buffer[], load: LoadSegment) {
    this.#segmentRecords = segmentRecords
    this.#load = load
    for (const root of closedRoots) this.#closed.append(root)
  }

  get size(): number {
    return this.#closed.size * this.#segmentRecords + this.#current.size
  }

  /** Records in the current segment. */
  get currentSize(): number {
    return this.#current.size
  }

  append(leaf: Uint8Array): void {
    this.#current.append(leaf)
  }

  /** Root of the current segment alone, which must be full: the one under which it is known once closed. */
  currentRoot(): Buffer {
    return this.#current.range(0, this.#segmentRecords)
  }

  closeSegment(): void {
    const root = this.currentRoot()
    this.#loaded = { index: this.#closed.size, pyramid: Promise.resolve(this.#current) }
    this.#closed.append(root)
    this.#current = new HashPyramid()
  }

  root(): Buffer {
    return this.rootAt(this.size)
  }

  /** Root over the first `size` records; `size` must not lie before the current segment. */
  rootAt(size: number): Buffer {
    const inCurrent = size - this.#closed.size * this.#segmentRecords
    const closed = this.#closed.size > 0 ? this.#closed.range(0, this.#closed.size) : undefined
    if (inCurrent === 0) return closed ?? emptyRoot()
    return this.#fold(this.#current.range(0, inCurrent))
  }

  consistency(from: number): Promise<readonly Buffer[]> {
    return consistencyProof((start, end) => this.#range(start, end), from, this.size)
  }

  inclusion(index: number): Promise<readonly Buffer[]> {
    return inclusionProof((start, end) => this.#range(start, end), index, this.size)
  }

  /** The current segment's root under the closed segments, whose complete subtrees the bits of their number tell. */
  #fold(current: Buffer): Buffer {
    let root = current
    let rest = this.#closed.size
    for (let level = 0; rest > 0; level += 1) {
      const size = 2 ** level
      if (rest % (2 * size) !== 0) {
        rest -= size
        root = nodeHash(this.#closed.complete(level, rest / size), root)
      }
    }
    return root
  }

  async #range(start: number, end: number): Promise<Buffer> {
    const records = this.#segmentRecords
    if (start % records === 0 && end % records === 0 && end <= this.#closed.size * records) {
      return this.#closed.range(start / records, end / records)
    }
    const index = Math.floor(start / records)
    if (index === Math.floor((end - 1) / records)) {
      return (await this.#segment(index)).range(start - index * records, end - index * records)
    }
    const middle = start + leftSize(end - start)
    return nodeHash(await this.#range(start, middle), await this.#range(middle, end))
  }

  /** A segment read again must be the one that was closed: a proof from a damaged disk would accuse an honest log. */
  async #checked(index: number): Promise<HashPyramid> {
    const pyramid = await this.#load(index)
    const isWhole = pyramid.size === this.#segmentRecords && pyramid.range(0, pyramid.size).equals(this.#closed.complete(0, index))
    if (!isWhole) throw new AuditRefusedError('unavailable', `proving from segment ${index}: it is damaged; run moltagent-audit verify`)
    return pyramid
  }

  #segment(index: number): Promise<HashPyramid> {
    if (index === this.#closed.size) return Promise.resolve(this.#current)
    if (this.#loaded?.index !== index) {
      const pyramid = this.#checked(index)
      this.#loaded = { index, pyramid }
      pyramid.catch(() => {
        this.#loaded = undefined
      })
    }
    return this.#loaded.pyramid
  }
}
