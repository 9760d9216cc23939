import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tailStart } from '../../../../local/node/container-log.ts'

const tail = (text: string, lines: number): string => text.slice(tailStart(Buffer.from(text), lines))

test('the last lines of a log, whether or not the last one has ended', () => {
  assert.equal(tail('a\nb\nc\n', 1), 'c\n')
  assert.equal(tail('a\nb\nc\n', 2), 'b\nc\n')
  assert.equal(tail('a\nb\nc', 1), 'c')
  assert.equal(tail('a\nb\n', 3), 'a\nb\n')
  assert.equal(tail('a\n\n', 1), '\n')
  assert.equal(tail('a\nb\n', 0), '')
  assert.equal(tail('', 5), '')
  assert.equal(tail('\n', 5), '\n')
})
