import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../../support/audit-fixture.ts'
import { killRounds } from '../../support/audit-kill-rounds.ts'

test('a writer killed 200 times, at every step, loses no acknowledged record', { timeout: 1_800_000 }, async (context) => {
  // A run has about 80 steps: each is met several times, on logs of different length.
  const steps = Array.from({ length: 200 }, (_, round) => 1 + ((round * 37) % 79))
  const { kills, torn } = await killRounds(await temporaryFolder(context), steps)
  console.log(`${kills} kills, ${torn} torn tails, no acknowledged record lost`)
  assert.ok(kills >= 190 && torn >= 5)
})
