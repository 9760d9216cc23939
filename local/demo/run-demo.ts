import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runCommand } from '../control-plane/run-command.ts'
import { progressOf } from './progress.ts'
import { createProgressView, type Screen } from './show-progress.ts'

export interface DemoRun {
  readonly kubectl: string
  readonly kubeconfig: string
  readonly projectFolder: string
  readonly timeoutMs: number
  readonly screen: Screen
  readonly signal: AbortSignal
}

const namespace = 'team-a'
const pollMs = 300

/** The demo's story on a cluster that is up: apply, follow, show. Throws when the machines do not run in time, with what is in the way. */
export async function runDemo(run: DemoRun): Promise<void> {
  const { write } = run.screen
  const manifest = join(run.projectFolder, 'examples', 'aria.yaml')
  write(`\nOne resource, ${(await readFile(manifest, 'utf8')).split('\n').length} lines with its comments, is all that is applied:\n\n`)
  await shell(run, ['create', 'namespace', namespace])
  await shell(run, [
    'create',
    'secret',
    'generic',
    'aria-openai',
    `--namespace=${namespace}`,
    '--from-literal=api-key=demo-key-of-no-value',
  ])
  await shell(run, ['apply', `--namespace=${namespace}`, '--filename', 'examples/aria.yaml'])
  write('\nThe operator stores every NetworkPolicy and reads it back before a machine may exist. Then KubeVirt starts three:\n\n')
  await followUntilMachinesRun(run)
  write('\nWhat the cluster holds now:\n\n')
  await shell(run, ['get', 'moltagents,vm,networkpolicies', `--namespace=${namespace}`])
}

async function followUntilMachinesRun(run: DemoRun): Promise<void> {
  const view = createProgressView(run.screen)
  const started = performance.now()
  for (;;) {
    const progress = progressOf(JSON.parse(await kubectl(run, ['get', 'moltagent', 'aria', `--namespace=${namespace}`, '--output=json'])))
    const elapsedMs = performance.now() - started
    view.show(progress, elapsedMs / 1000)
    if (progress.machinesRun) return
    if (elapsedMs > run.timeoutMs) {
      const waiting = progress.steps.filter(({ state }) => state !== 'done').map(({ name, detail }) => `${name} (${detail})`)
      throw new Error(`waiting for the three machines: not all run after ${Math.round(elapsedMs / 1000)} s: ${waiting.join('; ')}`)
    }
    await delay(pollMs, undefined, { signal: run.signal })
  }
}

/** Shows a command as one would type it, and what it prints. */
async function shell(run: DemoRun, parameters: readonly string[]): Promise<void> {
  run.screen.write(`$ kubectl ${parameters.join(' ')}\n`)
  run.screen.write(await kubectl(run, parameters))
}

function kubectl({ kubectl: program, kubeconfig, projectFolder, signal }: DemoRun, parameters: readonly string[]): Promise<string> {
  return runCommand(program, ['--kubeconfig', kubeconfig, ...parameters], {
    folder: projectFolder,
    environment: { PATH: '/usr/bin:/bin', HOME: dirname(kubeconfig) },
    signal,
  })
}
