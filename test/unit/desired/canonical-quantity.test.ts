import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalQuantity } from '../../../operator/desired/canonical-quantity.ts'

test('amounts are written with the largest suffix that leaves them whole, and all else stays as it is', () => {
  const spelt: readonly (readonly [string, string])[] = [
    ['1024Mi', '1Gi'],
    ['2048Mi', '2Gi'],
    ['1536Mi', '1536Mi'],
    ['1048576Mi', '1Ti'],
    ['1024Ti', '1Pi'],
    ['1048576Ti', '1Ei'],
    ['4Gi', '4Gi'],
    ['0Mi', '0Mi'],
    ['500m', '500m'],
    ['1G', '1G'],
  ]
  for (const [text, canonical] of spelt) assert.equal(canonicalQuantity(text), canonical)
})
