import { emptyRoot, nodeHash } from './merkle-hash.ts'

/** Size and root of a tree. */
export interface TreeHead {
  readonly size: number
  readonly root: Uint8Array
}

/** A leaf's place: its index and its RFC 6962 leaf hash. */
export interface TreeLeaf {
  readonly index: number
  readonly hash: Uint8Array
}

const equal = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0
const half = (value: number): number => Math.floor(value / 2)
const isOdd = (value: number): boolean => value % 2 === 1

/** True when `leaf` is in the tree of `head`, by the proof's hashes (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(leaf: TreeLeaf, head: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (leaf.index < 0 || leaf.index >= head.size) return false
  let [index, last, hash] = [leaf.index, head.size - 1, leaf.hash]
  for (const sibling of proof) {
    if (last === 0) return false
    if (isOdd(index) || index === last) {
      hash = nodeHash(sibling, hash)
      while (!isOdd(index) && index !== 0) [index, last] = [half(index), half(last)]
    } else hash = nodeHash(hash, sibling)
    ;[index, last] = [half(index), half(last)]
  }
  return last === 0 && equal(hash, head.root)
}

/** True when the tree of `earlier` is a prefix of the tree of `later`, by the proof's hashes (RFC 9162, section 2.1.4.2). */
export function verifyConsistency(earlier: TreeHead, later: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (earlier.size > later.size) return false
  if (earlier.size === later.size) return proof.length === 0 && equal(earlier.root, later.root)
  if (earlier.size === 0) return proof.length === 0 && equal(earlier.root, emptyRoot())
  const isComplete = Number.isInteger(Math.log2(earlier.size))
  const [first, ...rest] = isComplete ? [earlier.root, ...proof] : proof
  return first !== undefined && foldsToBoth({ earlier, later, first, rest })
}

interface Fold {
  readonly earlier: TreeHead
  readonly later: TreeHead
  readonly first: Uint8Array
  readonly rest: readonly Uint8Array[]
}

function foldsToBoth({ earlier, later, first, rest }: Fold): boolean {
  let [old, last] = [earlier.size - 1, later.size - 1]
  while (isOdd(old)) [old, last] = [half(old), half(last)]
  let [oldHash, newHash] = [first, first]
  for (const sibling of rest) {
    if (last === 0) return false
    if (isOdd(old) || old === last) {
      ;[oldHash, newHash] = [nodeHash(sibling, oldHash), nodeHash(sibling, newHash)]
      while (!isOdd(old) && old !== 0) [old, last] = [half(old), half(last)]
    } else newHash = nodeHash(newHash, sibling)
    ;[old, last] = [half(old), half(last)]
  }
  return last === 0 && equal(oldHash, earlier.root) && equal(newHash, later.root)
}
