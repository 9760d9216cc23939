import { join } from 'node:path'
import { pino } from 'pino'
import { startCluster, type StartedCluster } from './control-plane/start-cluster.ts'
import { installChart, operatorRepository } from './install-chart.ts'
import { createInstantAddresses } from './node/instant-addresses.ts'
import { createInstantGuests } from './node/instant-guests.ts'
import { localModels } from './node/process-guests/local-models.ts'
import { createProcessGuests } from './node/process-guests/process-guests.ts'
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
    const node = await startClusterNode(options, surroundings, cluster, network)
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

async function startClusterNode(
  options: RunOptions,
  surroundings: RunSurroundings,
  cluster: StartedCluster,
  network: ClusterNetwork | undefined,
): Promise<LocalNode> {
  const log = pino(pino.destination(join(options.stateFolder, 'logs', 'node.log')))
  const processPods = network
    ? { processPods: { repository: operatorRepository, image: await prepareImage(join(options.stateFolder, 'image')) } }
    : {}
  return startNode({
    cluster,
    guests: guestsOf(options, surroundings),
    addresses: (await network?.enforce(cluster, log)) ?? createInstantAddresses(),
    ...processPods,
    log,
    kubernetesVersion: options.kubernetesVersion,
  })
}

function guestsOf({ guests, stateFolder }: RunOptions, { log, signal }: RunSurroundings): NodeOptions['guests'] {
  switch (guests) {
    case 'instant':
      return createInstantGuests()
    case 'process':
      return createProcessGuests({
        stateFolder: join(stateFolder, 'guests'),
        projectFolder: join(import.meta.dirname, '..'),
        node: process.execPath,
        environment: process.env,
        ollamaFor: (images, into) => localModels(images, into, { environment: process.env, progress: log, signal }),
      })
    case 'qemu':
      throw new Error('starting the node: guests of the kind qemu are not built yet; use --guests instant or --guests process')
    default:
      return guests satisfies never
  }
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
