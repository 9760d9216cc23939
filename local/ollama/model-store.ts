import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runCommand } from '../control-plane/run-command.ts'

export interface ModelStoreBuild {
  /** Path of the Ollama program. */
  readonly ollama: string
  /** Path of the GGUF file. */
  readonly file: string
  /** The model's name in Ollama, such as `smollm2:135m`. */
  readonly name: string
  /** Appears whole when done: `blobs` and `manifests`, what a model disk holds. */
  readonly into: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** Makes a folder that Ollama can serve one model from, by Ollama's own `create`. Does nothing where it exists already. */
export async function buildModelStore(build: ModelStoreBuild): Promise<void> {
  if (await exists(build.into)) return
  const aside = await mkdtemp(join(dirname(build.into), '.partial-store-'))
  const host = `127.0.0.1:${await freePort()}`
  const environment = { ...build.environment, HOME: aside, OLLAMA_HOST: host, OLLAMA_MODELS: join(aside, 'store') }
  const server = spawn(build.ollama, ['serve'], { env: environment, stdio: 'ignore' })
  const ended = new Promise((resolve) => server.once('error', resolve).once('exit', resolve))
  try {
    await writeFile(join(aside, 'Modelfile'), `FROM ${resolve(build.file)}\n`)
    await untilAnswers(host, build.signal)
    await runCommand(build.ollama, ['create', build.name, '-f', join(aside, 'Modelfile')], { environment, signal: build.signal })
    await rename(join(aside, 'store'), build.into).catch(async (error: unknown) => {
      if (!(await exists(build.into))) throw error
    })
  } finally {
    server.kill()
    await ended
    await rm(aside, { recursive: true, force: true })
  }
}

/** One store made of several models' stores, by links: what a machine with several model disks puts together when it starts. */
export async function joinModelStores(stores: readonly string[], into: string): Promise<void> {
  await runCommand('mkdir', ['-p', join(into, 'blobs'), join(into, 'manifests')])
  for (const store of stores) {
    for (const blob of await readdir(join(store, 'blobs'))) await link(join(store, 'blobs', blob), join(into, 'blobs', blob))
    await runCommand('cp', ['-r', `${join(store, 'manifests')}/.`, join(into, 'manifests')])
  }
}

async function link(from: string, to: string): Promise<void> {
  if (!(await exists(to))) await symlink(from, to)
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('finding a free port on 127.0.0.1: the system gave none')
  return address.port
}

async function untilAnswers(host: string, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt += 1) {
    const isUp = await fetch(`http://${host}/api/version`, { signal }).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isUp) return
    await delay(200, undefined, { signal })
  }
  throw new Error(`starting Ollama on ${host} to make a model's disk: it did not answer for 30 s`)
}
