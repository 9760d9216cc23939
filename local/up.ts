import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { acquireLock } from './acquire-lock.ts'
import { findControlPlane } from './find-control-plane.ts'
import { startRelay } from './relay.ts'
import { runCluster, type RunSurroundings } from './run-cluster.ts'
import { runInside } from './run-inside.ts'
import type { RunOptions } from './run-options.ts'
import { createTemporaryFolder } from './temporary-folder.ts'
import { ensurePrograms, networkPrograms, processGuestPrograms, realSetupWorld } from './setup/debian-packages.ts'
import type { UpOptions } from './up-options.ts'

export interface UpSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly log: (line: string) => void
  /** Aborting it stops everything in order. */
  readonly signal: AbortSignal
  /** Called with the administrator's kubeconfig when everything can be used. */
  readonly onReady: (kubeconfigPath: string) => void
}

/** Brings a whole cluster up on this machine and stays until the signal is aborted or a part of it fails, which throws. Leaves no process and no temporary file. */
export async function up(options: UpOptions, surroundings: UpSurroundings): Promise<void> {
  const { environment, log, signal } = surroundings
  const { binaries, versions } = await findControlPlane(environment, log, signal)
  const state = await openState(options, signal)
  const copy = options.kubeconfig === undefined ? undefined : resolve(options.kubeconfig)
  const kubeconfig = join(state.path, 'kubeconfig')
  try {
    const run: RunOptions = {
      binaries,
      kubernetesVersion: versions.kubernetes,
      kubevirtVersion: versions.kubevirt,
      stateFolder: state.path,
      durable: options.stateFolder !== undefined,
      guests: options.guests,
      withOperator: options.withOperator,
    }
    let published = Promise.resolve()
    const onReady = (): void => {
      published = publish(kubeconfig, copy).then(() => surroundings.onReady(copy ?? kubeconfig))
    }
    await runWhereItBelongs(run, { log, signal, onReady })
    await published
  } finally {
    if (copy !== undefined) await rm(copy, { force: true })
    await state.close()
  }
}

async function publish(kubeconfig: string, copy: string | undefined): Promise<void> {
  if (copy !== undefined) await writeFile(copy, await readFile(kubeconfig), { mode: 0o600 })
}

/** Pods that run as processes have a network, so everything is in namespaces; machines in name only need none. */
async function runWhereItBelongs(run: RunOptions, surroundings: RunSurroundings): Promise<void> {
  if (!run.withOperator && run.guests === 'instant') return runCluster(run, surroundings)
  ensurePrograms([...networkPrograms, ...(run.guests === 'process' ? processGuestPrograms : [])], realSetupWorld(surroundings.log))
  // The path of a socket file is limited to 107 characters: a state folder's may be longer.
  const sockets = await createTemporaryFolder('moltagent-')
  const socket = join(sockets.path, 'api-server')
  const relay = await startRelay({ host: '127.0.0.1', port: 0 }, { path: socket })
  try {
    await runInside({ ...run, network: { socket, publicServer: `https://127.0.0.1:${relay.port}` } }, surroundings)
  } finally {
    await relay.close()
    await sockets.remove()
  }
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
