import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** A `local up` that a test has started as any person would. */
export interface StartedUp {
  readonly process: ChildProcess
  readonly kubeconfig: string
  readonly folder: string
  /** Sends a signal and answers the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** Starts `local up` with these options and waits until it says that it is ready. */
export const startUp = (options: readonly string[]): Promise<StartedUp> => startAndWait(['local/main.ts', 'up', ...options])

/** Starts a process that keeps a cluster without KubeVirt, and waits until it is there. */
export const startBareCluster = (): Promise<StartedUp> => startAndWait(['test/support/bare-cluster-main.ts'])

async function startAndWait(command: readonly string[]): Promise<StartedUp> {
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  for await (const line of createInterface({ input: child.stdout })) {
    const [, kubeconfig] = /^kubeconfig: (.+)$/.exec(line) ?? []
    if (kubeconfig === undefined) continue
    const end = (signal: NodeJS.Signals): Promise<number | null> => {
      child.kill(signal)
      return exited
    }
    return { process: child, kubeconfig, folder: kubeconfig.replace(/\/kubeconfig$/, ''), end }
  }
  throw new Error(`${command.join(' ')} ended with ${await exited} before it was ready:\n${errors}`)
}

/** Programs that run now and whose command line mentions the folder. */
export function programsUsing(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
    .filter((line) => line.includes(folder) && !line.startsWith('sh -c cat'))
    .map((line) => line.split(' ')[0] ?? '')
}

export const isGone = (folder: string): boolean => !existsSync(folder)
