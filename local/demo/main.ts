import { join } from 'node:path'
import { findControlPlane } from '../find-control-plane.ts'
import { up } from '../up.ts'
import { demoHelp, parseDemoOptions, type DemoOptions } from './demo-options.ts'
import { runDemo } from './run-demo.ts'

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort())

const projectFolder = join(import.meta.dirname, '..', '..')
const started = performance.now()
const seconds = (): string => ((performance.now() - started) / 1000).toFixed(1)

const whereItEnds = `
This is as far as it goes today: the machines run behind their policies, and wait. Provisioning Nextcloud, enrolment through the gateway and the
agent's first answer are not part of this version; the conditions above say what is missing.
`

const howToGoOn = (kubeconfig: string): string => `
It stays up until Ctrl-C. In another shell:

  export KUBECONFIG=${kubeconfig}
  kubectl get moltagents,vm,vmi,pods,networkpolicies,secrets -n team-a
  kubectl describe moltagent aria -n team-a                      # conditions and events
  kubectl patch moltagent aria -n team-a --type=merge -p '{"spec":{"suspend":true}}'
  kubectl delete networkpolicy --all -n team-a                    # refused: only the operator may
  kubectl delete moltagent aria -n team-a                         # machines first, policies last; Nextcloud's data stays
`

async function tellTheStory(options: DemoOptions, kubectl: string, kubeconfig: string): Promise<void> {
  const screen = {
    isTerminal: process.stdout.isTTY,
    width: process.stdout.columns ?? 120,
    write: (text: string) => void process.stdout.write(text),
  }
  await runDemo({ kubectl, kubeconfig, projectFolder, timeoutMs: options.timeout * 1000, screen, signal: stop.signal })
  console.log(`${whereItEnds}\ntotal: ${seconds()} s`)
  if (options.keep) console.log(howToGoOn(kubeconfig))
  else stop.abort()
}

async function main(): Promise<void> {
  const options = parseDemoOptions(process.argv.slice(2))
  if (options.help) {
    console.log(demoHelp)
    return
  }
  const log = (line: string): void => console.log(`[${seconds().padStart(5)} s] ${line}`)
  const { binaries } = await findControlPlane(process.env, log, stop.signal)
  let failure: Error | undefined
  const onReady = (kubeconfig: string): void => {
    tellTheStory(options, binaries.kubectl, kubeconfig).catch((error: unknown) => {
      if (!stop.signal.aborted) failure = error instanceof Error ? error : new Error(String(error))
      stop.abort()
    })
  }
  log('starting a real Kubernetes and KubeVirt API on this machine')
  await up({ guests: options.guests, withOperator: true }, { environment: process.env, log, signal: stop.signal, onReady })
  if (failure !== undefined) throw failure
}

try {
  await main()
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
