import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { runInsideNamespaces } from '../../support/run-inside-namespaces.ts'

test('stored policies hold for real packets between pods', { timeout: 120_000 }, async () => {
  const { code, output } = await runInsideNamespaces(fileURLToPath(new URL('pod-network.inside.ts', import.meta.url)))
  assert.equal(code, 0, output)
  assert.match(output, /pass [1-9]/)
})
