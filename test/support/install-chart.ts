import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { runCommand } from '../../local/control-plane/run-command.ts'
import type { TestCluster } from './test-cluster.ts'

export const chartFolder = join(import.meta.dirname, '../../charts/moltagent-operator')

export interface ChartOptions {
  readonly namespace: string
  readonly release?: string
  readonly values?: Readonly<Record<string, unknown>>
}

/** The chart's manifests, as Helm renders them for the pinned Kubernetes. Throws with Helm's sentence when the values are refused. */
export async function renderChart(
  cluster: Pick<TestCluster, 'helm'>,
  { namespace, release = 'molt', values = {} }: ChartOptions,
): Promise<string> {
  const set = Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`])
  return runCommand(cluster.helm, ['template', release, chartFolder, '--namespace', namespace, '--kube-version', 'v1.34.2', ...set])
}

/** Renders the chart and applies it, as `helm template | kubectl apply` would. */
export async function installChart(cluster: TestCluster, options: ChartOptions): Promise<void> {
  const manifests = await renderChart(cluster, options)
  const child = spawn(cluster.kubectl, ['--kubeconfig', cluster.kubeconfigPath, 'apply', '--server-side', '--force-conflicts', '-f', '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  child.stdin.end(manifests)
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`applying the chart: kubectl exited with ${String(code)}`)
}
