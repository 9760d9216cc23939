import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../../support/audit-fixture.ts'
import { killRounds } from '../../support/audit-kill-rounds.ts'

test(
  'a writer killed at ten different steps loses no acknowledged record and reports what was torn',
  { timeout: 120_000 },
  async (context) => {
    const { kills } = await killRounds(await temporaryFolder(context), [12, 1, 4, 9, 20, 25, 34, 41, 55, 62])
    assert.equal(kills, 10)
  },
)
