import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Identity } from '../../../local/kubernetes/identity.ts'
import { createTemporaryFolder } from '../../../local/temporary-folder.ts'
import { foundationFacts } from '../desired-facts.ts'
import { eventually } from '../eventually.ts'

export interface OperatorProcess {
  readonly pid: number
  /** Lines of its log so far. */
  readonly lines: () => readonly Record<string, unknown>[]
  readonly errorText: () => string
  readonly waitFor: (message: string) => Promise<void>
  readonly signal: (name: 'SIGTERM' | 'SIGKILL') => void
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
  readonly metrics: () => Promise<string>
}

interface Options {
  readonly identity: Identity
  readonly namespace: string
  readonly watchNamespaces: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Node's arguments; default: the sources. */
  readonly program?: readonly string[]
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/** A kubeconfig for this user, in JSON, which is YAML. */
export function kubeconfigText({ server, authority, certificate, key }: Identity): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [{ name: 'test', user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) } }],
  })
}

let nextPort = 20_000 + (process.pid % 20_000)

/** The operator's own program, as the Deployment would run it. */
export async function startOperatorProcess(options: Options): Promise<OperatorProcess> {
  const folder = await createTemporaryFolder('moltagent-operator-')
  const path = join(folder.path, 'kubeconfig')
  await writeFile(path, kubeconfigText(options.identity), { mode: 0o600 })
  const port = (nextPort += 1)
  const { images, models } = foundationFacts.configuration
  const child = spawn(process.execPath, [...(options.program ?? ['operator/main.ts'])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      KUBECONFIG: path,
      MOLTAGENT_NAMESPACE: options.namespace,
      MOLTAGENT_WATCH_NAMESPACES: options.watchNamespaces.join(','),
      MOLTAGENT_HEALTH_ADDRESS: '127.0.0.1',
      MOLTAGENT_HEALTH_PORT: String(port),
      MOLTAGENT_IMAGE_NEXTCLOUD: images.nextcloud,
      MOLTAGENT_IMAGE_AGENT: images.agent,
      MOLTAGENT_IMAGE_OLLAMA: images.ollama,
      MOLTAGENT_MODELS: JSON.stringify(models),
      ...options.environment,
    },
  })
  const output = collect(child)
  const ended = once(child, 'exit').then(async ([code, signal]) => {
    await folder.remove()
    return (code as number | null) ?? String(signal)
  })
  const lines = (): readonly Record<string, unknown>[] =>
    output
      .out()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  let exited: number | string | undefined
  void ended.then((how) => (exited = how))
  return {
    pid: child.pid ?? 0,
    lines,
    errorText: output.error,
    waitFor: (message) =>
      eventually(
        `the operator says "${message}"`,
        () => {
          if (lines().some(({ msg }) => msg === message)) return true
          if (exited !== undefined) throw new Error(`the operator ended (${exited}) before it said "${message}": ${output.error()}`)
          return false
        },
        60_000,
      ),
    signal: (name) => void child.kill(name),
    ended,
    metrics: async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
  }
}

function collect(child: ChildProcess): { readonly out: () => string; readonly error: () => string } {
  let out = ''
  let error = ''
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')))
  child.stderr?.on('data', (chunk: Buffer) => (error += chunk.toString('utf8')))
  return { out: () => out, error: () => error }
}
