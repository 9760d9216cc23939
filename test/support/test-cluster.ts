import { joinCluster, type Cluster } from '../../local/control-plane/join-cluster.ts'
import { startCluster } from '../../local/control-plane/start-cluster.ts'
import { findControlPlane } from '../../local/find-control-plane.ts'
import { createInstantAddresses } from '../../local/node/instant-addresses.ts'
import { createInstantGuests } from '../../local/node/instant-guests.ts'
import { startNode, type LocalNode } from '../../local/node/start-node.ts'
import { createTemporaryFolder } from '../../local/temporary-folder.ts'

/** State folder of the cluster that a whole run of tests shares; `with-cluster-main.ts` sets it. */
export const sharedClusterVariable = 'MOLTAGENT_TEST_CLUSTER'

export interface TestCluster extends Cluster {
  /** Settles with a sentence when one of its programs ends by itself; never for the shared one. */
  readonly failed: Promise<string>
  /** Ends it, unless it is shared. Call it in `after`. */
  stop(): Promise<void>
}

const quiet = (): void => undefined
const quietLog = { debug: quiet, info: quiet, warn: quiet, error: quiet }

/**
 * The cluster of this test file, with KubeVirt and a node of instant guests: the shared one of the run if there is one, else a new one.
 * Others use the shared one at the same time, so a test works in a namespace of its own and looks at nothing else.
 */
export async function openTestCluster(): Promise<TestCluster> {
  const shared = process.env[sharedClusterVariable]
  if (shared !== undefined) return { ...(await joinCluster(shared)), failed: new Promise(() => undefined), stop: () => Promise.resolve() }
  return startTestCluster({ kubevirt: true, node: true })
}

export interface TestClusterParts {
  /** KubeVirt's programs too, not only an API server and its controllers. */
  readonly kubevirt: boolean
  /** A node of instant guests, which needs KubeVirt. */
  readonly node?: boolean
}

/** A new cluster for this caller alone; without KubeVirt it starts in a third of the time. */
export async function startTestCluster(parts: TestClusterParts): Promise<TestCluster> {
  const { signal } = new AbortController()
  const { binaries, versions } = await findControlPlane(process.env, console.error, signal)
  const folder = await createTemporaryFolder('moltagent-test-')
  const open: (() => Promise<void>)[] = [() => folder.remove()]
  const stop = async (): Promise<void> => {
    for (const close of open.toReversed()) await close()
  }
  try {
    const kubevirt = parts.kubevirt ? { kubevirtVersion: versions.kubevirt } : {}
    const cluster = await startCluster({ stateFolder: folder.path, binaries, ...kubevirt, durable: false, signal, log: quiet })
    open.push(() => cluster.stop())
    if (parts.node === true) {
      const node = await startInstantNode(cluster, versions.kubernetes)
      open.push(() => node.stop())
    }
    return { ...cluster, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function startInstantNode(cluster: Cluster, kubernetesVersion: string): Promise<LocalNode> {
  return startNode({ cluster, guests: createInstantGuests(), addresses: createInstantAddresses(), log: quietLog, kubernetesVersion })
}
