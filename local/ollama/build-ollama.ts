import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../control-plane/run-command.ts'

export interface OllamaBuild {
  /** Folder of go.mod. */
  readonly moduleFolder: string
  /** Appears whole when the build is done: `bin/ollama` and `lib/ollama/*.so`. */
  readonly into: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * The CPU library that Ollama loads where the processor has AVX2 (a TCG guest with `-cpu max` too); measured ten times faster than the code that
 * is linked into the program.
 */
const cpuLibrary = 'ggml-cpu-haswell'

/** Builds Ollama from its Go module with cgo, and its fast CPU library with CMake; aside, then moved. Call under the cache's lock. */
export async function buildOllama(build: OllamaBuild): Promise<void> {
  const aside = await mkdtemp(`${build.into}.partial-`)
  try {
    build.progress(`building Ollama with Go and CMake: about ${Math.ceil(12 / availableParallelism())} minutes the first time`)
    const source = await moduleFolderOf(build, 'github.com/ollama/ollama')
    await buildProgram(build, aside)
    build.progress('built the program; now its CPU library')
    await buildCpuLibrary(build, source, aside)
    await rm(join(aside, 'include'), { recursive: true })
    await rename(aside, build.into)
    build.progress('built Ollama')
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

async function moduleFolderOf(build: OllamaBuild, module: string): Promise<string> {
  await go(build, ['mod', 'download', module])
  return (await go(build, ['list', '-m', '-f', '{{.Dir}}', module])).trim()
}

async function buildProgram(build: OllamaBuild, aside: string): Promise<void> {
  const include = join(aside, 'include')
  await mkdir(join(include, 'miniaudio'), { recursive: true })
  const malgo = await moduleFolderOf(build, 'github.com/gen2brain/malgo')
  await writeFile(join(include, 'miniaudio', 'miniaudio.h'), await readFile(join(malgo, 'miniaudio.h')))
  const output = join(aside, 'bin', 'ollama')
  await go(build, ['build', '-trimpath', '-ldflags', '-s -w', '-o', output, 'github.com/ollama/ollama'], { CGO_CPPFLAGS: `-I${include}` })
}

async function buildCpuLibrary(build: OllamaBuild, source: string, aside: string): Promise<void> {
  const tree = join(aside, 'cmake')
  const options = { environment: build.environment, signal: build.signal }
  await runCommand('cmake', ['-S', source, '-B', tree, '-DCMAKE_BUILD_TYPE=Release', '-DGGML_BACKEND_DL=ON'], options)
  await runCommand('cmake', ['--build', tree, '--target', cpuLibrary, '--parallel', String(availableParallelism())], options)
  await mkdir(join(aside, 'lib'))
  await rename(join(tree, 'lib', 'ollama'), join(aside, 'lib', 'ollama'))
  await rm(tree, { recursive: true })
}

function go(build: OllamaBuild, parameters: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<string> {
  const environment = { ...build.environment, CGO_ENABLED: '1', GOFLAGS: '-mod=readonly', GOWORK: 'off', ...more }
  return runCommand('go', parameters, { folder: build.moduleFolder, environment, signal: build.signal })
}
