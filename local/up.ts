import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { acquireLock } from './acquire-lock.ts'
import { startCluster, type StartedCluster } from './control-plane/start-cluster.ts'
import { findControlPlane } from './find-control-plane.ts'
import { createInstantAddresses } from './node/instant-addresses.ts'
import { createInstantGuests } from './node/instant-guests.ts'
import { startNode, type NodeOptions } from './node/start-node.ts'
import { createTemporaryFolder } from './temporary-folder.ts'
import type { UpOptions } from './up-options.ts'

export interface UpSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly log: (line: string) => void
  /** Aborting it stops everything in order. */
  readonly signal: AbortSignal
  /** Called when everything can be used. */
  readonly onReady: (cluster: StartedCluster) => void
}

/** Brings a whole cluster up on this machine and stays until the signal is aborted or a part of it fails, which throws. Leaves no process and no temporary file. */
export async function up(options: UpOptions, surroundings: UpSurroundings): Promise<void> {
  const { environment, log, signal } = surroundings
  const { binaries, versions } = await findControlPlane(environment, log, signal)
  const state = await openState(options, signal)
  try {
    const durable = options.stateFolder !== undefined
    const cluster = await startCluster({ stateFolder: state.path, binaries, kubevirtVersion: versions.kubevirt, durable, signal, log })
    try {
      const node = await startNode({
        cluster,
        ...guestKind(options.guests),
        log: pino(pino.destination(join(state.path, 'logs', 'node.log'))),
        kubernetesVersion: versions.kubernetes,
      })
      log('node is ready')
      try {
        await runUntilStopped(options, surroundings, cluster)
      } finally {
        await node.stop()
      }
    } finally {
      await cluster.stop()
    }
  } finally {
    await state.close()
  }
}

async function runUntilStopped(options: UpOptions, { signal, onReady }: UpSurroundings, cluster: StartedCluster): Promise<void> {
  const copy = options.kubeconfig === undefined ? undefined : resolve(options.kubeconfig)
  if (copy !== undefined) await copyFile(cluster.kubeconfigPath, copy)
  try {
    onReady(copy === undefined ? cluster : { ...cluster, kubeconfigPath: copy })
    const failure = await Promise.race([cluster.failed, aborted(signal)])
    if (failure !== undefined) throw new Error(`running the local cluster: ${failure}`)
  } finally {
    if (copy !== undefined) await rm(copy, { force: true })
  }
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })

function guestKind(kind: UpOptions['guests']): Pick<NodeOptions, 'guests' | 'addresses'> {
  if (kind === 'instant') return { guests: createInstantGuests(), addresses: createInstantAddresses() }
  throw new Error(`starting the node: guests of the kind ${kind} are not built yet; use --guests instant`)
}

interface State {
  readonly path: string
  close(): Promise<void>
}

async function openState({ stateFolder }: UpOptions, signal: AbortSignal): Promise<State> {
  if (stateFolder === undefined) {
    const folder = await createTemporaryFolder('moltagent-')
    return { path: folder.path, close: () => folder.remove() }
  }
  const path = resolve(stateFolder)
  await mkdir(path, { recursive: true, mode: 0o700 })
  return { path, close: await acquireLock({ path: join(path, 'lock'), wait: false, signal }) }
}
