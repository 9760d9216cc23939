import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { basename } from 'node:path'

export interface ProgramOptions {
  readonly file: string
  readonly parameters: readonly string[]
  /** Standard output and error are appended to it. */
  readonly logFile: string
  readonly environment: Readonly<Record<string, string>>
}

export interface RunningProgram {
  readonly name: string
  readonly pid: number
  /** Settles when it has ended, by itself or stopped: how, and the end of its log. Never rejects. */
  readonly ended: Promise<string>
  hasEnded(): boolean
  /** Sends `signal`, then SIGKILL to what is still there after 5 s; answers when it has ended. */
  stop(signal: NodeJS.Signals): Promise<void>
}

const stopLimitMs = 5_000
const quotedBytes = 2_000

/**
 * Starts a program that ends with this process, however this process ends: the kernel sends it SIGKILL then (setpriv of util-linux).
 * It has a session of its own, so that Ctrl-C in a terminal reaches this process alone, which stops things in order.
 */
export async function startProgram(options: ProgramOptions): Promise<RunningProgram> {
  const name = basename(options.file)
  const log = await open(options.logFile, 'a', 0o600)
  const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', '--', options.file, ...options.parameters], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { ...options.environment },
  })
  let over = false
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${name} could not be started with setpriv (package util-linux): ${error.message}`))
    child.once('exit', (code, signal) => {
      void lastWords(options.logFile).then((words) => resolve(`${name} ended (${signal ?? `exit ${code}`}); the end of its log:\n${words}`))
    })
  }).finally(() => {
    over = true
  })
  await log.close()
  return {
    name,
    pid: child.pid ?? 0,
    ended,
    hasEnded: () => over,
    async stop(signal) {
      if (over) return
      child.kill(signal)
      const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
      await ended
      clearTimeout(timer)
    },
  }
}

async function lastWords(logFile: string): Promise<string> {
  const log = await readFile(logFile, 'utf8').catch(() => '')
  return log.slice(-quotedBytes)
}
