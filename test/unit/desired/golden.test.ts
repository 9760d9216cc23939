import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { goldenFiles } from '../../support/golden-files.ts'

for (const file of goldenFiles()) {
  test(`${file.path} is what is built today`, () => {
    assert.equal(file.text, readFileSync(join(import.meta.dirname, '../../..', file.path), 'utf8'))
  })
}
