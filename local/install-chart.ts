import { join } from 'node:path'
import { runCommand } from './control-plane/run-command.ts'
import type { Cluster } from './control-plane/join-cluster.ts'

const folder = join(import.meta.dirname, '..', 'charts', 'moltagent-operator')
const values = join(import.meta.dirname, 'chart-values.yaml')

/** The image's name in the chart's defaults: what the local node runs from the project itself. */
export const operatorRepository = 'registry.moltagent.cloud/moltagent/operator'
export const operatorNamespace = 'moltagent-system'

/** Installs the chart, or upgrades the one of an earlier start, as any cluster's owner would, and waits until its Deployments are available. */
export async function installChart(
  cluster: Cluster,
  { log, signal }: { readonly log: (line: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  log('installing the chart')
  const settings = [
    '--namespace',
    operatorNamespace,
    '--create-namespace',
    '--values',
    values,
    '--set',
    `image.repository=${operatorRepository}`,
  ]
  const parameters = ['upgrade', '--install', 'moltagent-operator', folder, ...settings, '--wait', '--timeout', '5m']
  // Helm keeps caches and plugins under these; a person's own are none of this cluster's business.
  const home = join(cluster.stateFolder, 'tmp')
  const environment = { HOME: home, KUBECONFIG: cluster.internalKubeconfigPath, PATH: '/usr/bin:/bin' }
  await runCommand(cluster.helm, parameters, { environment, signal })
  log('operator is ready')
}
