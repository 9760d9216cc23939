import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReader, joinAll, joinLabels, leastLabel } from '../../../runtime/policy/label-lattice.ts'
import type { Label } from '../../../runtime/protocol/label.ts'

test('everybody reads what all may read, and otherwise those who are named', () => {
  assert.ok(isReader('all', 'bob') && isReader(['alice', 'bob'], 'bob'))
  assert.ok(!isReader(['alice'], 'bob') && !isReader([], 'all'))
})

test('the least label is trusted, public, for all, from nowhere; it is the join of nothing', () => {
  assert.deepEqual(leastLabel, { integrity: 'trusted', sensitivity: 'public', readers: 'all', sources: [] })
  assert.deepEqual(joinAll([]), leastLabel)
})

test('a join of more than 64 sources keeps the first in order', () => {
  const from = (start: number): Label => ({
    ...leastLabel,
    sources: Array.from({ length: 64 }, (_, index) => `s${String(start + index).padStart(4, '0')}`),
  })
  assert.deepEqual(joinLabels(from(32), from(0)).sources, from(0).sources)
})
