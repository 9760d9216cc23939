import { spawn, type ChildProcess } from 'node:child_process'
import { open } from 'node:fs/promises'

/** What it takes to start a container once. */
export interface Launch {
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** Starts the command in a session of its own, its output appended to the log file. */
export async function launchContainer({ command, environment }: Launch, logFile: string): Promise<ChildProcess> {
  const log = await open(logFile, 'a', 0o600)
  try {
    const [program = 'false', ...parameters] = command
    return spawn(program, parameters, { detached: true, stdio: ['ignore', log.fd, log.fd], env: { ...environment } })
  } finally {
    await log.close()
  }
}

export const isAlive = (child: ChildProcess): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null

/** Answers when it has ended: its exit code, or 128 and more for a signal, as a container runtime has it. */
export function exitOf(child: ChildProcess): Promise<number> {
  const code = (): number => child.exitCode ?? 137
  if (!isAlive(child) && child.pid !== undefined) return Promise.resolve(code())
  return new Promise((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', () => resolve(code()))
  })
}

/** Signals the command and all that it has started. */
export function signalContainer(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // Nothing of it is left.
  }
}

/** Runs a command where the container runs; true when it exits 0. */
export function execInContainer(child: ChildProcess, command: readonly string[], signal: AbortSignal): Promise<boolean> {
  const inside = ['--target', String(child.pid), '--mount', '--net', '--root', '--wd=/app', '--', ...command]
  return new Promise((resolve) => {
    const prober = spawn('nsenter', inside, { stdio: 'ignore', signal })
    prober.once('error', () => resolve(false))
    prober.once('exit', (code) => resolve(code === 0))
  })
}
