import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson } from '../../../runtime/protocol/canonical-json.ts'

test('equal values have equal canonical bytes whatever the order of their keys', () => {
  assert.equal(canonicalJson({ b: 1, a: [true, null, 'é'] }), canonicalJson({ a: [true, null, 'é'], b: 1 }))
  assert.equal(canonicalJson({ b: 1, a: 2 }), '{"a":2,"b":1}')
})

test('the example of RFC 8785, section 3.2.2, is reproduced', () => {
  const value = {
    numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 1e-27],
    string: '€$\u000f\nA\'B"\\\\"/',
    literals: [null, true, false],
  }
  assert.equal(
    canonicalJson(value),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
})

test('a number that is not finite is refused', () => {
  assert.throws(() => canonicalJson(Number.NaN))
})
