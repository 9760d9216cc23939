import { join } from 'node:path'
import { pino } from 'pino'
import { startCluster, type StartedCluster } from './control-plane/start-cluster.ts'
import { installChart, operatorRepository } from './install-chart.ts'
import { createInstantAddresses } from './node/instant-addresses.ts'
import { createInstantGuests } from './node/instant-guests.ts'
import { startNode, type LocalNode, type NodeOptions } from './node/start-node.ts'
import { openClusterNetwork, type ClusterNetwork } from './open-cluster-network.ts'
import { prepareImage } from './prepare-image.ts'
import type { RunOptions } from './run-options.ts'

export interface RunSurroundings {
  readonly log: (line: string) => void
  /** Aborting it stops everything in order. */
  readonly signal: AbortSignal
  readonly onReady: () => void
}

/** Runs a cluster with its node, and the operator if wanted, until the signal is aborted; throws when a part of it fails. Leaves no process. */
export async function runCluster(options: RunOptions, surroundings: RunSurroundings): Promise<void> {
  const closers: (() => Promise<void>)[] = []
  try {
    const network = options.network ? await openClusterNetwork(options.network) : undefined
    if (network) closers.push(() => network.close())
    const cluster = await startControlPlane(options, surroundings, network)
    closers.push(() => cluster.stop())
    const node = await startClusterNode(options, cluster, network)
    closers.push(() => node.stop())
    surroundings.log('node is ready')
    if (options.withOperator) await installChart(cluster, surroundings)
    surroundings.onReady()
    const failure = await Promise.race([cluster.failed, aborted(surroundings.signal)])
    if (failure !== undefined) throw new Error(`running the local cluster: ${failure}`)
  } finally {
    for (const close of closers.toReversed()) await close()
  }
}

function startControlPlane(options: RunOptions, { log, signal }: RunSurroundings, network?: ClusterNetwork): Promise<StartedCluster> {
  const { stateFolder, binaries, kubevirtVersion, durable } = options
  return startCluster({ stateFolder, binaries, kubevirtVersion, durable, signal, log, ...(network ? { place: network.place } : {}) })
}

async function startClusterNode(options: RunOptions, cluster: StartedCluster, network?: ClusterNetwork): Promise<LocalNode> {
  const processPods = network
    ? { processPods: { repository: operatorRepository, image: await prepareImage(join(options.stateFolder, 'image')) } }
    : {}
  return startNode({
    cluster,
    guests: guestsOf(options.guests),
    addresses: network?.addresses ?? createInstantAddresses(),
    ...processPods,
    log: pino(pino.destination(join(options.stateFolder, 'logs', 'node.log'))),
    kubernetesVersion: options.kubernetesVersion,
  })
}

function guestsOf(kind: RunOptions['guests']): NodeOptions['guests'] {
  if (kind === 'instant') return createInstantGuests()
  throw new Error(`starting the node: guests of the kind ${kind} are not built yet; use --guests instant`)
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
