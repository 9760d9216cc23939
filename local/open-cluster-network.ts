import type { Cluster } from './control-plane/join-cluster.ts'
import type { PlaceOfCluster } from './control-plane/start-cluster.ts'
import type { EngineLog } from '../operator/controller/engine-log.ts'
import { createKubernetesClient } from './kubernetes/client.ts'
import { startEnforcedNetwork } from './node/network/enforced-network.ts'
import { runCommand as runWithInput } from './node/network/run-command.ts'
import type { PodAddresses } from './node/guest.ts'
import { startRelay } from './relay.ts'

export interface ClusterNetwork {
  readonly place: PlaceOfCluster
  /** Gives pods their addresses and holds the policies that the cluster stores for every packet; call once the API server answers. */
  enforce(cluster: Cluster, log: EngineLog): Promise<PodAddresses>
  close(): Promise<void>
}

/** The node's own address, beside the pods' 10.244.0.0/16: a loopback address could not be reached from the pods. */
const nodeAddress = '10.245.0.1'
const apiPort = 6443

/** Makes the network of a cluster in the network namespace of this process, which must be its own, and the way in from outside by a socket file. */
export async function openClusterNetwork({
  socket,
  publicServer,
}: {
  readonly socket: string
  readonly publicServer: string
}): Promise<ClusterNetwork> {
  await runWithInput('ip', ['addr', 'add', `${nodeAddress}/32`, 'dev', 'lo'])
  const relay = await startRelay({ path: socket }, { host: nodeAddress, port: apiPort })
  const closing = new AbortController()
  return {
    place: { address: nodeAddress, apiPort, publicServer },
    enforce: (cluster, log) => {
      const client = createKubernetesClient(cluster.admin)
      closing.signal.addEventListener('abort', () => client.close(), { once: true })
      const apiServer = { address: nodeAddress, port: apiPort }
      return startEnforcedNetwork({ client, run: runWithInput, apiServer, enforcePolicies: true, log, signal: closing.signal })
    },
    close() {
      closing.abort()
      return relay.close()
    },
  }
}
