import assert from 'node:assert/strict'
import { test } from 'node:test'
import { powerCutRounds } from '../../support/power-cut-rounds.ts'

test('a power cut at any moment takes no acknowledged record, and the log goes on', async () => {
  assert.ok((await powerCutRounds(10, 7)) > 50)
})
