import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineLog } from '../../operator/controller/engine-log.ts'
import type { Cluster } from '../control-plane/join-cluster.ts'
import { createKubernetesClient } from '../kubernetes/client.ts'
import type { GuestRuntime, PodAddresses } from './guest.ts'
import { installNodeObjects } from './install-node-objects.ts'
import { beat, keepNodeAlive, registerNode } from './keep-node-alive.ts'
import { startKubeletServer } from './kubelet-server.ts'
import type { NodeClients } from './node-context.ts'
import { defaultCapacity, nodeLabels, nodeName, type NodeFacts } from './node-object.ts'
import type { ProcessPods } from './process-pod/reconcile-process-pod.ts'
import { runNodeLoops } from './run-node-loops.ts'

export interface NodeOptions {
  readonly cluster: Cluster
  readonly guests: GuestRuntime
  readonly addresses: PodAddresses
  /** With it the node also runs pods of our own image, as processes; their network needs namespaces then. */
  readonly processPods?: Pick<ProcessPods, 'repository' | 'image'>
  readonly log: EngineLog
  /** Kubernetes' version, which a kubelet would report. */
  readonly kubernetesVersion: string
  /** Replaces some of what the node offers, by resource. */
  readonly capacity?: Readonly<Record<string, string>>
}

export interface LocalNode {
  /** Pulls every guest's plug and stops looking after the cluster. */
  stop(): Promise<void>
}

/** Registers the node and does a kubelet's, virt-handler's, scheduler's and provisioner's work for it until `stop`. Answers when pods can be scheduled. */
export async function startNode(options: NodeOptions): Promise<LocalNode> {
  const { cluster, log } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const clients = await identifyNode(cluster)
  const { hostname } = new URL(cluster.server)
  const logsFolder = join(cluster.stateFolder, 'logs', 'pods')
  await mkdir(logsFolder, { recursive: true, mode: 0o700 })
  const kubeletServer = await startKubeletServer(cluster, hostname, logsFolder)
  const facts = factsOf(options, hostname, kubeletServer.port)
  const volumesFolder = join(cluster.stateFolder, 'volumes')
  await mkdir(volumesFolder, { recursive: true, mode: 0o700 })
  await installNodeObjects(cluster)
  const life = { kubelet: clients.kubelet, handler: clients.handler, facts, log, signal }
  await registerNode(life)
  const { processPods: wanted, ...others } = options
  const processPods = wanted ? { processPods: await openProcessPods(cluster, wanted, logsFolder) } : {}
  const loops = await runNodeLoops({ ...others, ...processPods, clients, facts, volumesFolder, signal })
  await beat(life)
  const living = keepNodeAlive(life)
  return {
    async stop() {
      stopping.abort()
      await Promise.all([loops.ended, living, kubeletServer.close()])
      for (const client of Object.values(clients)) client.close()
    },
  }
}

async function openProcessPods(
  cluster: Cluster,
  wanted: Pick<ProcessPods, 'repository' | 'image'>,
  logsFolder: string,
): Promise<ProcessPods> {
  const podsFolder = join(cluster.stateFolder, 'pods')
  // What an earlier node has left of its pods.
  await rm(podsFolder, { recursive: true, force: true })
  await mkdir(podsFolder, { recursive: true, mode: 0o711 })
  const { hostname, port } = new URL(cluster.server)
  return {
    ...wanted,
    canChangeUser: await canChangeUser(),
    podsFolder,
    logsFolder,
    apiServer: { host: hostname, port },
    running: new Map(),
  }
}

/** A user namespace made by somebody who is not root has a single user. */
async function canChangeUser(): Promise<boolean> {
  const lines = (await readFile('/proc/self/uid_map', 'utf8')).trim().split('\n')
  return !(lines.length === 1 && lines[0]?.trim().split(/\s+/)[2] === '1')
}

function factsOf({ kubernetesVersion, capacity }: NodeOptions, address: string, kubeletPort: number): NodeFacts {
  return {
    labels: nodeLabels(process.arch),
    capacity: { ...defaultCapacity, ...capacity },
    kubeletVersion: `v${kubernetesVersion}`,
    address,
    kubeletPort,
  }
}

async function identifyNode(cluster: Cluster): Promise<NodeClients> {
  const as = async (name: string, groups: readonly string[] = []): Promise<ReturnType<typeof createKubernetesClient>> =>
    createKubernetesClient(await cluster.identify({ name, groups }))
  return {
    kubelet: await as(`system:node:${nodeName}`, ['system:nodes']),
    scheduler: await as('system:kube-scheduler'),
    handler: await as('system:serviceaccount:kubevirt:kubevirt-handler', ['system:serviceaccounts', 'system:serviceaccounts:kubevirt']),
    provisioner: await as('system:serviceaccount:kube-system:local-folder', [
      'system:serviceaccounts',
      'system:serviceaccounts:kube-system',
    ]),
  }
}
