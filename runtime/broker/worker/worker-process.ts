import { spawn, type ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** A worker that waits for its one job. */
export interface WorkerProcess {
  readonly pid: number
  readonly input: Writable
  readonly output: Readable
  /** Resolves when the process is gone, however it went. */
  readonly gone: Promise<void>
  readonly kill: () => void
}

export interface WorkerProgram {
  /** Absolute path of the JavaScript engine. */
  readonly execPath: string
  /** Absolute path of `worker-main`. */
  readonly program: string
  /** Folder for compiled code, so that a worker starts in less time; absent: none. */
  readonly compileCache?: string
  /** Will the worker trust the platform's authorities? They take time to load, so it does that while it waits. */
  readonly trustsPlatform: boolean
}

/** Fewer ways to do something else: no native add-ons, no code from strings, a small heap. */
const engineOptions = [
  '--no-addons',
  '--disallow-code-generation-from-strings',
  '--disable-proto=delete',
  '--max-old-space-size=128',
  '--no-warnings',
]

function goneOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
}

/** Starts a worker with an empty environment and two pipes. `undefined` when the system refuses another process. */
export function startWorker({ execPath, program, compileCache, trustsPlatform }: WorkerProgram): WorkerProcess | undefined {
  const env = compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache }
  const child = spawn(execPath, [...engineOptions, program, ...(trustsPlatform ? ['platform-authorities'] : [])], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env,
    cwd: '/',
  })
  const gone = goneOf(child)
  child.stdin.on('error', () => {})
  child.stdout.on('error', () => {})
  if (child.pid === undefined) return undefined
  return { pid: child.pid, input: child.stdin, output: child.stdout, gone, kill: () => void child.kill('SIGKILL') }
}
