import { joinCluster, type Cluster } from '../../local/control-plane/join-cluster.ts'
import { startCluster } from '../../local/control-plane/start-cluster.ts'
import { findControlPlane } from '../../local/find-control-plane.ts'
import { createTemporaryFolder } from '../../local/temporary-folder.ts'

/** State folder of the cluster that a whole run of tests shares; `with-cluster-main.ts` sets it. */
export const sharedClusterVariable = 'MOLTAGENT_TEST_CLUSTER'

export interface TestCluster extends Cluster {
  /** Ends it, unless it is shared. Call it in `after`. */
  stop(): Promise<void>
}

const quiet = (): void => undefined

/**
 * The cluster of this test file: the shared one of the run if there is one, else a new one of its own.
 * Others use the shared one at the same time, so a test works in a namespace of its own and looks at nothing else.
 */
export async function openTestCluster(): Promise<TestCluster> {
  const shared = process.env[sharedClusterVariable]
  if (shared !== undefined) return { ...(await joinCluster(shared)), stop: () => Promise.resolve() }
  return startTestCluster({ kubevirt: true })
}

/** A new cluster for this caller alone; without KubeVirt it starts in a third of the time. */
export async function startTestCluster({ kubevirt }: { readonly kubevirt: boolean }): Promise<TestCluster> {
  const { signal } = new AbortController()
  const { binaries, versions } = await findControlPlane(process.env, console.error, signal)
  const folder = await createTemporaryFolder('moltagent-test-')
  try {
    const cluster = await startCluster({
      stateFolder: folder.path,
      binaries,
      ...(kubevirt ? { kubevirtVersion: versions.kubevirt } : {}),
      durable: false,
      signal,
      log: quiet,
    })
    return {
      ...cluster,
      async stop() {
        await cluster.stop()
        await folder.remove()
      },
    }
  } catch (error) {
    await folder.remove()
    throw error
  }
}
