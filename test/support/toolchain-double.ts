import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BinarySearch } from '../../local/control-plane/find-binaries.ts'

const module = join(import.meta.dirname, '..', '..', 'local', 'control-plane')

/** A machine with an empty cache and a `go` that is a double: it writes tiny programs at once, or as the test wants. */
export interface ToolchainDouble {
  readonly folder: string
  readonly cache: string
  search(changes?: Partial<BinarySearch>): BinarySearch
  /** Lines that the search told. */
  readonly told: string[]
  /** How often a build was begun. */
  builds(): Promise<number>
  /** Processes that run with this machine's environment: its compilers. */
  compilers(): Promise<string[]>
  remove(): Promise<void>
}

/** Writes a program for each package into the folder after `-o`, as `go build` does. `$SLOWLY` makes it stop half-way. */
const go = `#!/bin/sh
case "$1" in
version) echo "go version double"; exit 0 ;;
list) echo one; echo two; exit 0 ;;
esac
echo build >> "$GO_DOUBLE_LOG"
while [ "$1" != -o ]; do shift; done
folder=$2; shift 2
if [ -n "$SLOWLY" ]; then printf half > "$folder/server"; echo half >> "$GO_DOUBLE_LOG"; exec sleep 600; fi
for package in "$@"; do
  name=$(basename "$package"); [ "$name" = v3 ] && name=server
  printf '#!/bin/sh\\necho %s\\n' "$name" > "$folder/$name"
done
`

export async function createToolchainDouble(): Promise<ToolchainDouble> {
  const folder = await mkdtemp(join(tmpdir(), 'moltagent-toolchain-'))
  const [bin, cache, log] = [join(folder, 'bin'), join(folder, 'cache'), join(folder, 'go.log')]
  await mkdir(join(folder, 'module', 'manifests'), { recursive: true })
  await mkdir(bin)
  await cp(join(module, 'go.mod'), join(folder, 'module', 'go.mod'))
  await cp(join(module, 'manifests', 'main.go'), join(folder, 'module', 'manifests', 'main.go'))
  await writeFile(join(bin, 'go'), go)
  await chmod(join(bin, 'go'), 0o755)
  await writeFile(log, '')
  const told: string[] = []
  const environment = { PATH: `${bin}:/usr/bin:/bin`, GO_DOUBLE_LOG: log }
  const common = { moduleFolder: join(folder, 'module'), cacheFolder: cache, environment, sites: undefined, neededBytes: 0 }
  return {
    folder,
    cache,
    told,
    search: (changes = {}) => ({ ...common, progress: (line) => told.push(line), signal: new AbortController().signal, ...changes }),
    builds: async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line === 'build').length,
    compilers: () => processesWith(`GO_DOUBLE_LOG=${log}`),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function processesWith(variable: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const environments = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')))
  return pids.filter((_pid, index) => environments[index]?.split('\0').includes(variable))
}
