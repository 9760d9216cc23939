import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { acquireLock } from '../acquire-lock.ts'
import { buildPrograms } from './build-programs.ts'
import { downloadPrograms, officialSites, type Sites } from './download-programs.ts'
import { isExecutableFile } from './executable-file.ts'
import { binariesSchema, programs, type Binaries, type Program } from './programs.ts'
import { readVersions, type Versions } from './versions.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface BinarySearch {
  /** Folder of go.mod. */
  readonly moduleFolder: string
  /** Folder that holds one folder for each set of versions. */
  readonly cacheFolder: string
  readonly environment: Environment
  /** Told what is going on, a line at a time; only when something has to be downloaded or built. */
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
  /** Default: the projects' own sites. `undefined` as a value: download nothing. */
  readonly sites?: Sites | undefined
  /** Free disk space that a build wants; default: what was measured. */
  readonly neededBytes?: number
}

/** Folders that a person points at, best first. */
const folderVariables = ['MOLTAGENT_CONTROL_PLANE', 'KUBEBUILDER_ASSETS'] as const

/**
 * Finds every program of the control plane: in a folder named by the environment, in the cache, else by downloading the official build into
 * the cache, else by building it there with Go. Several processes may call this at once: one works, the others wait for it.
 * Throws with the ways out when a program cannot be had.
 */
export async function findBinaries(search: BinarySearch): Promise<Binaries> {
  const versions = await readVersions(search.moduleFolder, `${process.platform}-${process.arch}`)
  const cache = join(search.cacheFolder, `control-plane-${versions.key}`)
  const folders = [...(await namedFolders(search.environment)), cache]
  const found = await lookIn(folders)
  if (missing(found).length === 0) return complete(found)

  await mkdir(cache, { recursive: true })
  const release = await acquireLock({ path: `${cache}.lock`, wait: true, signal: search.signal })
  try {
    await removeHalfWritten(cache)
    await fill(search, versions, cache, missing(await lookIn(folders)))
    return complete(await lookIn(folders))
  } finally {
    await release()
  }
}

async function fill(search: BinarySearch, versions: Versions, cache: string, wanted: readonly Program[]): Promise<void> {
  const sites = 'sites' in search ? search.sites : officialSites
  const common = { versions, into: cache, signal: search.signal, progress: search.progress }
  const downloaded = sites ? await downloadPrograms({ ...common, sites, wanted }) : []
  const toBuild = wanted.filter((program) => !downloaded.includes(program.name))
  const disk = search.neededBytes === undefined ? {} : { neededBytes: search.neededBytes }
  if (toBuild.length > 0) {
    await buildPrograms({ ...common, wanted: toBuild, moduleFolder: search.moduleFolder, environment: search.environment, ...disk })
  }
}

async function namedFolders(environment: Environment): Promise<string[]> {
  const folders: string[] = []
  for (const variable of folderVariables) {
    const folder = environment[variable]
    if (folder === undefined || folder === '') continue
    const isFolder = await stat(folder).then(
      (facts) => facts.isDirectory(),
      () => false,
    )
    if (!isFolder)
      throw new Error(`looking for the control plane's programs: ${variable} names ${folder}, which is no folder; correct or unset it`)
    folders.push(folder)
  }
  return folders
}

async function lookIn(folders: readonly string[]): Promise<Partial<Binaries>> {
  const found: Partial<Record<keyof Binaries, string>> = {}
  for (const program of programs) {
    for (const folder of folders) {
      const path = join(folder, program.name)
      if (await isExecutableFile(path)) {
        found[program.name] = path
        break
      }
    }
  }
  return found
}

const missing = (found: Partial<Binaries>): Program[] => programs.filter((program) => found[program.name] === undefined)

function complete(found: Partial<Binaries>): Binaries {
  const lacking = missing(found).map((program) => program.name)
  if (lacking.length > 0) throw new Error(`looking for the control plane's programs: still missing after building: ${lacking.join(', ')}`)
  return binariesSchema.parse(found)
}

/** Work of a process that was killed: what is finished has been renamed to its final name. Call only under the lock. */
async function removeHalfWritten(cache: string): Promise<void> {
  for (const name of await readdir(cache)) if (name.startsWith('.partial')) await rm(join(cache, name), { recursive: true, force: true })
}
