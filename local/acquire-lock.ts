import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Lock {
  /** The file that is locked; made when missing, never removed. */
  readonly path: string
  /** False: throw when somebody else has it. */
  readonly wait: boolean
  readonly signal: AbortSignal
}

/** Exit code that flock is told to use when the lock is taken. */
const takenCode = 75

/**
 * Takes a lock among all processes of this machine and answers the function that gives it back.
 * The kernel keeps it (flock of util-linux, held by a child that ends with this process), so a killed owner never leaves it locked.
 */
export async function acquireLock({ path, wait, signal }: Lock): Promise<() => Promise<void>> {
  const mode = wait ? [] : ['--nonblock', '--conflict-exit-code', String(takenCode)]
  const child = spawn('flock', ['--exclusive', ...mode, path, 'sh', '-c', 'echo locked; exec cat'], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    signal,
  })
  const ended = once(child, 'close').catch(() => undefined)
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('error', (cause) => reject(new Error(`locking ${path} with flock (package util-linux): ${cause.message}`, { cause })))
    child.once('exit', (code) =>
      reject(new Error(code === takenCode ? `${path} is locked by another process` : `locking ${path}: flock exited with ${code}`)),
    )
  })
  return async () => {
    child.stdin.end()
    await ended
  }
}
