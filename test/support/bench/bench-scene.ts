import { createKubernetesClient, type KubernetesClient } from '../../../local/kubernetes/client.ts'
import { apiClient, type Cluster } from '../../../operator/cluster/api-client.ts'
import type { KubernetesObject } from '../../../operator/cluster/kubernetes-object.ts'
import type { OperatorConfig } from '../../../operator/config.ts'
import type { Identity } from '../../../local/kubernetes/identity.ts'
import { applyObject } from '../apply-object.ts'
import { installDefinition } from '../install-definition.ts'
import { moltagentDocument } from '../moltagent-document.ts'
import { connectAs } from '../operator/connect-as.ts'
import { operatorConfig } from '../operator/operator-config.ts'
import { startTestCluster, type TestCluster } from '../test-cluster.ts'

export const writers = 12

/** A cluster of its own for a measurement: API server, controllers, KubeVirt. No node: machines are admitted and wait. */
export interface BenchScene {
  readonly cluster: TestCluster
  readonly admin: KubernetesClient
  readonly identity: Identity
  readonly home: string
  readonly config: OperatorConfig
  /** As plain as it gets: the operator's own client without an operator. */
  readonly plain: Cluster
  readonly addNamespace: (name: string) => Promise<void>
  readonly create: (namespace: string, name: string, suspend?: boolean) => Promise<KubernetesObject>
  readonly close: () => Promise<void>
}

export async function openBenchScene(): Promise<BenchScene> {
  const cluster = await startTestCluster({ kubevirt: true })
  const admin = createKubernetesClient(cluster.admin)
  const identity = await cluster.identify({ name: 'operator', groups: ['system:masters'] })
  const connection = connectAs(identity)
  const home = 'bench-home'
  await installDefinition(admin)
  const addNamespace = async (name: string): Promise<void> => {
    await applyObject(admin, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
  await addNamespace(home)
  const config = { ...operatorConfig({ namespace: home, watchNamespaces: [] }), waitingMs: 10_000, writers }
  return {
    cluster,
    admin,
    identity,
    home,
    config,
    plain: apiClient({ connection, timeoutMs: 60_000, signal: new AbortController().signal }),
    addNamespace,
    create: async (namespace, name, suspend = false) =>
      (await applyObject(admin, moltagentDocument({ name, namespace, spec: { suspend } }), { manager: 'alice' })) as KubernetesObject,
    close: async () => {
      connection.close()
      admin.close()
      await cluster.stop()
    },
  }
}
