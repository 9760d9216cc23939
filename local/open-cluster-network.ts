import { runCommand as runWithInput } from './node/network/run-command.ts'
import { createPodNetwork, preparePodNetwork } from './node/network/pod-network.ts'
import type { PlaceOfCluster } from './control-plane/start-cluster.ts'
import type { PodAddresses } from './node/guest.ts'
import { startRelay } from './relay.ts'

export interface ClusterNetwork {
  readonly place: PlaceOfCluster
  readonly addresses: PodAddresses
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
  await preparePodNetwork(runWithInput)
  const relay = await startRelay({ path: socket }, { host: nodeAddress, port: apiPort })
  return {
    place: { address: nodeAddress, apiPort, publicServer },
    addresses: createPodNetwork(runWithInput),
    close: () => relay.close(),
  }
}
