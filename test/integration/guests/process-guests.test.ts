import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { runInsideNamespaces } from '../../support/run-inside-namespaces.ts'

test(
  'process guests run what an image would: Nextcloud (a double) and the real Ollama behind their doors',
  { timeout: 1_800_000 },
  async () => {
    const { code, output } = await runInsideNamespaces(fileURLToPath(new URL('process-guests.inside.ts', import.meta.url)))
    assert.equal(code, 0, output)
    assert.match(output, /pass [1-9]/)
  },
)
