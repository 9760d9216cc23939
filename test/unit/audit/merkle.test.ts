import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuditTree } from '../../../runtime/audit/audit-tree.ts'
import { HashPyramid } from '../../../runtime/audit/hash-pyramid.ts'
import { MerkleFrontier } from '../../../runtime/audit/merkle-frontier.ts'
import { emptyRoot, leafHash, nodeHash } from '../../../runtime/protocol/merkle-hash.ts'
import { verifyConsistency, verifyInclusion } from '../../../runtime/protocol/merkle-proof.ts'

// The leaves and roots that implementations of RFC 6962 test with (certificate-transparency, merkletree_test).
const knownLeaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const knownRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const leafOf = (index: number): Buffer => leafHash(Buffer.from(`record ${index}`))

/** A tree of segments of four that reads closed segments again when it needs them. */
function auditTree(size: number): AuditTree {
  const tree = new AuditTree(4, [], async (index) => {
    const pyramid = new HashPyramid()
    for (let seq = index * 4; seq < index * 4 + 4; seq += 1) pyramid.append(leafOf(seq))
    return pyramid
  })
  for (let index = 0; index < size; index += 1) {
    if (tree.currentSize === 4) tree.closeSegment()
    tree.append(leafOf(index))
  }
  return tree
}

function frontierRoot(size: number): Buffer {
  const frontier = new MerkleFrontier()
  for (let index = 0; index < size; index += 1) frontier.append(leafOf(index))
  return frontier.root()
}

test('roots are those of RFC 6962, from the frontier, the pyramid and the frontier with one more leaf', () => {
  const frontier = new MerkleFrontier()
  const pyramid = new HashPyramid()
  assert.equal(frontier.root().toString('hex'), knownRoots[0])
  assert.equal(emptyRoot().toString('hex'), knownRoots[0])
  for (const [index, leaf] of knownLeaves.entries()) {
    const hash = leafHash(Buffer.from(leaf, 'hex'))
    assert.equal(frontier.root(hash).toString('hex'), knownRoots[index + 1])
    frontier.append(hash)
    pyramid.append(hash)
    assert.equal(frontier.root().toString('hex'), knownRoots[index + 1])
    assert.equal(pyramid.range(0, index + 1).toString('hex'), knownRoots[index + 1])
  }
})

test('a tree over segments has the root of the tree over all records, at every size', () => {
  for (let size = 0; size <= 40; size += 1) assert.deepEqual(auditTree(size).root(), frontierRoot(size), `size ${size}`)
})

test('a frontier goes on from a whole subtree as from its leaves', () => {
  const frontier = new MerkleFrontier()
  const pyramid = new HashPyramid()
  for (let index = 0; index < 8; index += 1) pyramid.append(leafOf(index))
  frontier.appendSubtree(2, pyramid.complete(2, 0))
  frontier.appendSubtree(2, pyramid.complete(2, 1))
  assert.equal(frontier.size, 8)
  assert.deepEqual(frontier.root(), frontierRoot(8))
})

test('consistency proofs hold between any two sizes, and any change breaks them', async () => {
  for (let to = 1; to <= 24; to += 1) {
    const tree = auditTree(to)
    const later = { size: to, root: tree.root() }
    for (let from = 0; from <= to; from += 1) {
      const earlier = { size: from, root: frontierRoot(from) }
      const proof = await tree.consistency(from)
      assert.ok(verifyConsistency(earlier, later, proof), `${from} to ${to}`)
      assert.ok(!verifyConsistency({ ...earlier, root: leafOf(99) }, later, proof), `${from} to ${to} with another old root`)
      // Everything continues the empty log.
      if (from > 0) assert.ok(!verifyConsistency(earlier, { ...later, root: leafOf(99) }, proof), `${from} to ${to} with another new root`)
      assert.ok(!verifyConsistency(earlier, later, [...proof, leafOf(99)]), `${from} to ${to} with a hash too many`)
      assert.ok(proof.length === 0 || !verifyConsistency(earlier, later, proof.slice(1)), `${from} to ${to} with a hash too few`)
    }
  }
})

test('a shorter tree is never a continuation', () => {
  assert.ok(!verifyConsistency({ size: 3, root: frontierRoot(3) }, { size: 2, root: frontierRoot(2) }, []))
})

test('inclusion proofs hold for every record at any size, and any change breaks them', async () => {
  for (let size = 1; size <= 20; size += 1) {
    const tree = auditTree(size)
    const head = { size, root: tree.root() }
    for (let index = 0; index < size; index += 1) {
      const proof = await tree.inclusion(index)
      assert.ok(verifyInclusion({ index, hash: leafOf(index) }, head, proof), `${index} in ${size}`)
      assert.ok(!verifyInclusion({ index, hash: leafOf(99) }, head, proof))
      assert.ok(!verifyInclusion({ index, hash: leafOf(index) }, head, [...proof, leafOf(99)]))
      assert.ok(size === 1 || !verifyInclusion({ index: (index + 1) % size, hash: leafOf(index) }, head, proof))
    }
    assert.ok(!verifyInclusion({ index: size, hash: leafOf(size) }, head, []))
  }
})

test('no proof leaves a tree whose closed segment cannot be read as it was', async () => {
  const tree = new AuditTree(4, [], async () => {
    const pyramid = new HashPyramid()
    for (let seq = 0; seq < 4; seq += 1) pyramid.append(leafOf(seq + 100))
    return pyramid
  })
  for (let index = 0; index < 10; index += 1) {
    if (tree.currentSize === 4) tree.closeSegment()
    tree.append(leafOf(index))
  }
  await assert.rejects(tree.inclusion(1), { code: 'unavailable' })
})

test('a proof that stops below the top of the tree is refused, however well its hashes fit', () => {
  const [left, right] = [frontierRoot(2), leafOf(50)]
  const short = nodeHash(left, right)
  assert.ok(!verifyConsistency({ size: 2, root: left }, { size: 8, root: short }, [right]))
  assert.ok(!verifyInclusion({ index: 0, hash: leafOf(0) }, { size: 8, root: nodeHash(leafOf(0), right) }, [right]))
})
