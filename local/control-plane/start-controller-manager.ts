import { join } from 'node:path'
import type { ClusterContext } from './cluster-context.ts'
import { startProgram, type RunningProgram } from './start-program.ts'
import { writeKubeconfig } from './write-kubeconfig.ts'

/** Starts kube-controller-manager: ServiceAccounts, garbage collection, namespaces, Deployments, EndpointSlices, volume binding. */
export async function startControllerManager(context: ClusterContext): Promise<RunningProgram> {
  const { credentials } = context
  const kubeconfig = await writeKubeconfig(context, 'kube-controller-manager', { name: 'system:kube-controller-manager' })
  return startProgram({
    file: context.binaries['kube-controller-manager'],
    parameters: [
      `--kubeconfig=${kubeconfig}`,
      '--leader-elect=false',
      '--secure-port=0',
      '--use-service-account-credentials=true',
      `--service-account-private-key-file=${credentials.serviceAccounts.private}`,
      `--root-ca-file=${credentials.cluster.certificate}`,
      `--cluster-signing-cert-file=${credentials.cluster.certificate}`,
      `--cluster-signing-key-file=${credentials.cluster.key}`,
      // Only this one cluster's programs share the API server: no need to hold back.
      '--kube-api-qps=200',
      '--kube-api-burst=400',
    ],
    logFile: join(context.files.logs, 'kube-controller-manager.log'),
    environment: context.environment,
  })
}
