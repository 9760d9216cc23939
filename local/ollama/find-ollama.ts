import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { acquireLock } from '../acquire-lock.ts'
import { isExecutableFile } from '../control-plane/executable-file.ts'
import { buildOllama } from './build-ollama.ts'

export interface OllamaSearch {
  /** Folder of go.mod. */
  readonly moduleFolder: string
  readonly cacheFolder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Told what is going on when something has to be built. */
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
  /** Called before a build: sees to it that what it needs is installed, or throws. */
  readonly beforeBuild: () => void
}

/**
 * The path of an Ollama program: the one `MOLTAGENT_OLLAMA` names (an official build, say), else the cache's, else built into the cache.
 * Several processes may call this at once. Throws when it cannot be had, with the reason.
 */
export async function findOllama(search: OllamaSearch): Promise<string> {
  const named = search.environment['MOLTAGENT_OLLAMA']
  if (named) {
    if (await isExecutableFile(named)) return named
    throw new Error(`looking for Ollama: MOLTAGENT_OLLAMA names ${named}, which is no program; correct or unset it`)
  }
  await mkdir(search.cacheFolder, { recursive: true })
  const folder = join(search.cacheFolder, `ollama-${await cacheKey(search.moduleFolder)}`)
  const program = join(folder, 'bin', 'ollama')
  if (await isExecutableFile(program)) return program
  const release = await acquireLock({ path: `${folder}.lock`, wait: true, signal: search.signal })
  try {
    if (await isExecutableFile(program)) return program
    search.beforeBuild()
    await removePartial(folder)
    await buildOllama({ ...search, into: folder })
    return program
  } finally {
    await release()
  }
}

async function cacheKey(moduleFolder: string): Promise<string> {
  const goMod = await readFile(join(moduleFolder, 'go.mod'), 'utf8')
  return createHash('sha256').update(`${goMod}\0${process.platform}-${process.arch}`).digest('hex').slice(0, 12)
}

/** Work of a process that was killed. Call only under the lock. */
async function removePartial(folder: string): Promise<void> {
  const leftovers = (await readdir(dirname(folder))).filter((name) => name.startsWith(`${basename(folder)}.partial-`))
  for (const name of leftovers) await rm(join(dirname(folder), name), { recursive: true, force: true })
}
