import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fetchModel } from '../../../local/ollama/fetch-model.ts'
import { findOllama } from '../../../local/ollama/find-ollama.ts'

const signal = new AbortController().signal
const moduleFolder = join(import.meta.dirname, '../../../local/ollama')

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'moltagent-ollama-test-'))
  try {
    await run(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const search = (
  cacheFolder: string,
  environment: Record<string, string>,
  beforeBuild = (): void => undefined,
): Parameters<typeof findOllama>[0] => ({
  moduleFolder,
  cacheFolder,
  environment,
  beforeBuild,
  progress: () => undefined,
  signal,
})

test('the program that MOLTAGENT_OLLAMA names is taken, and a wrong name is an error that says so', async () => {
  await withFolder(async (folder) => {
    const program = join(folder, 'ollama')
    await writeFile(program, '#!/bin/sh\n', { mode: 0o755 })
    assert.equal(await findOllama(search(folder, { MOLTAGENT_OLLAMA: program })), program)
    await assert.rejects(findOllama(search(folder, { MOLTAGENT_OLLAMA: `${program}x` })), /MOLTAGENT_OLLAMA names .*correct or unset it/)
  })
})

test('a build that cannot begin leaves nothing in the cache but its lock', async () => {
  await withFolder(async (folder) => {
    const refuse = (): void => {
      throw new Error('looking for cmake: not on this machine')
    }
    await assert.rejects(findOllama(search(folder, {}, refuse)), /cmake/)
    assert.deepEqual(
      (await readdir(folder)).filter((name) => !name.endsWith('.lock')),
      [],
    )
  })
})

test('a model whose digest is another is not kept', async () => {
  await withFolder(async (folder) => {
    const python = join(folder, 'python3')
    const forged =
      '#!/bin/sh\ncase "$*" in *download*) while [ "$1" != --dest ]; do shift; done; mkdir -p "$2"; touch "$2/p.whl";; *zipfile*) echo forged > "$5/m.gguf";; esac\n'
    await writeFile(python, forged, { mode: 0o755 })
    const model = { name: 'm', licence: 'none', sha256: '0'.repeat(64), packages: [{ name: 'p', version: '1', file: 'm.gguf' }] }
    const environment = { PATH: `${folder}:${process.env['PATH'] ?? ''}` }
    await assert.rejects(
      fetchModel({ model, cacheFolder: folder, environment, progress: () => undefined, signal }),
      /its SHA-256 is [0-9a-f]{64}, not 0{64}; it was not kept/,
    )
    assert.deepEqual(await readdir(join(folder, 'models')), [])
  })
})
