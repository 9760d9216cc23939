import { writeFile } from 'node:fs/promises'
import { createKubernetesClient, type KubernetesClient } from '../kubernetes/client.ts'
import type { ClusterContext } from './cluster-context.ts'
import { clusterFiles } from './cluster-files.ts'
import { openCredentials } from './credentials.ts'
import { freePorts } from './free-ports.ts'
import { kubeconfig } from './kubeconfig.ts'
import { joinCluster, writeClusterRecord, type Cluster } from './join-cluster.ts'
import type { Binaries } from './programs.ts'
import { startApiServer } from './start-api-server.ts'
import { startControllerManager } from './start-controller-manager.ts'
import { startEtcd } from './start-etcd.ts'
import { startKubevirt } from './start-kubevirt.ts'
import type { RunningProgram } from './start-program.ts'
import { waitUntil } from './wait-until.ts'
import { administrator, identify, serverUrl } from './identify.ts'

export interface ClusterOptions {
  /** Everything that the cluster keeps; one that an earlier cluster has left is carried on. */
  readonly stateFolder: string
  readonly binaries: Binaries
  /** KubeVirt's version to start its programs too, or none for an API server and its controllers alone. */
  readonly kubevirtVersion?: string
  /** False spares waiting for the disk: for clusters that nobody keeps. */
  readonly durable: boolean
  /** Aborting it ends a start that is under way; a started cluster is ended by `stop`. */
  readonly signal: AbortSignal
  readonly log: (line: string) => void
  /** Where it listens; default: free ports of 127.0.0.1. */
  readonly place?: PlaceOfCluster
}

/** A place in a network namespace of its own, where every port is free. */
export interface PlaceOfCluster {
  readonly address: string
  readonly apiPort: number
  /** The API server's URL from outside that namespace. */
  readonly publicServer: string
}

/** A cluster that this process has started. */
export interface StartedCluster extends Cluster {
  /** Settles with a sentence when one of its programs ends without `stop`. */
  readonly failed: Promise<string>
  /** Ends every program. May be called again. */
  stop(): Promise<void>
}

const loopback = '127.0.0.1'

/** Starts etcd, kube-apiserver, kube-controller-manager and, if wanted, KubeVirt's virt-api and virt-controller; answers when they can be used. */
export async function startCluster(options: ClusterOptions): Promise<StartedCluster> {
  const context = await createContext(options)
  const running: RunningProgram[] = []
  const started = (program: RunningProgram): void => void running.push(program)
  const admin = createKubernetesClient(await identify(context.credentials.cluster, serverUrl(context), administrator))
  try {
    started(await startEtcd(context))
    started(await startApiServer(context))
    await waitUntil({ what: 'the API server', check: () => isReady(admin), signal: options.signal, programs: running })
    options.log('API server is ready')
    started(await startControllerManager(context))
    if (options.kubevirtVersion !== undefined) {
      options.log('starting KubeVirt')
      await startKubevirt({ ...context, admin }, options.kubevirtVersion, started)
    }
    await waitUntil({ what: 'ServiceAccounts', check: () => hasServiceAccounts(admin), signal: options.signal, programs: running })
    return await publish(options, context, running)
  } catch (error) {
    await stopAll(running)
    throw error
  } finally {
    admin.close()
  }
}

async function createContext(options: ClusterOptions): Promise<ClusterContext> {
  const address = options.place?.address ?? loopback
  const [files, ports] = [await clusterFiles(options.stateFolder), await choosePorts(address)]
  return {
    binaries: options.binaries,
    files,
    credentials: await openCredentials(files.certificates),
    address,
    ports: { ...ports, api: options.place?.apiPort ?? ports.api },
    environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: files.temporary, TMPDIR: files.temporary },
    signal: options.signal,
    durable: options.durable,
  }
}

async function choosePorts(address: string): Promise<ClusterContext['ports']> {
  const [etcd = 0, etcdPeer = 0, api = 0, virtApi = 0, virtApiConsole = 0, virtController = 0] = await freePorts(address, 6)
  return { etcd, etcdPeer, api, virtApi, virtApiConsole, virtController }
}

async function publish(options: ClusterOptions, context: ClusterContext, running: readonly RunningProgram[]): Promise<StartedCluster> {
  const [server, { kubectl, helm }] = [serverUrl(context), context.binaries]
  const publicServer = options.place?.publicServer ?? server
  await writeClusterRecord(options.stateFolder, { server, publicServer, kubectl, helm })
  const cluster = await joinCluster(options.stateFolder)
  await writeFile(cluster.kubeconfigPath, kubeconfig({ ...cluster.admin, server: publicServer }), { mode: 0o600 })
  await writeFile(cluster.internalKubeconfigPath, kubeconfig(cluster.admin), { mode: 0o600 })
  let stopping = false
  const anyEnded = Promise.race(running.map((program) => program.ended))
  return {
    ...cluster,
    failed: new Promise((resolve) => {
      void anyEnded.then((sentence) => (stopping ? undefined : resolve(sentence)))
    }),
    async stop() {
      stopping = true
      await stopAll(running)
    },
  }
}

/** etcd may finish what it writes; nothing else has anything to lose, and some of it would wait for connections to end. */
async function stopAll(running: readonly RunningProgram[]): Promise<void> {
  const [etcd, ...others] = running
  await Promise.all(others.map((program) => program.stop('SIGKILL')))
  await etcd?.stop('SIGTERM')
}

async function isReady(admin: KubernetesClient): Promise<boolean> {
  return (await admin.request('GET', '/readyz')) === 'ok'
}

/** Pods can be created once the controller manager makes them. */
async function hasServiceAccounts(admin: KubernetesClient): Promise<boolean> {
  await admin.request('GET', '/api/v1/namespaces/default/serviceaccounts/default')
  return true
}
