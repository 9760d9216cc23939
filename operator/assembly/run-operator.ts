import { randomBytes } from 'node:crypto'
import { apiClient, type Cluster } from '../cluster/api-client.ts'
import type { Connection } from '../cluster/connection.ts'
import { guardedCluster } from '../cluster/guarded-cluster.ts'
import { kinds } from '../cluster/kinds.ts'
import { leasePort } from '../cluster/lease-port.ts'
import type { OperatorConfig } from '../config.ts'
import type { BackOff } from '../controller/back-off.ts'
import type { Clock } from '../controller/clock.ts'
import type { EngineLog } from '../controller/engine-log.ts'
import { KeyedQueue } from '../controller/keyed-queue.ts'
import { Leader } from '../controller/leader.ts'
import { Limiter } from '../controller/limiter.ts'
import { sleep } from '../controller/sleep.ts'
import { work } from '../controller/work.ts'
import type { OperatorMetrics } from '../metrics.ts'
import type { ReconcileContext } from '../reconcile/context.ts'
import { reconcile } from '../reconcile/reconcile.ts'
import { projectObject } from '../reconcile/project-object.ts'
import { awaitApi } from './await-api.ts'
import { eventSink } from './event-sink.ts'
import { secretWatches } from './secret-watches.ts'
import { cachesOf, createStores, type Stores } from './stores.ts'
import { watchSettings } from './watch-options.ts'
import { startWatches } from './watches.ts'

export interface OperatorWorld {
  readonly config: OperatorConfig
  readonly connection: Connection
  readonly clock: Clock
  readonly log: EngineLog
  readonly metrics: OperatorMetrics
  readonly memoryBytes: () => number
  /** Hears when the caches are filled. */
  readonly onReady: () => void
  /** Stands between reconciles and the cluster; tests break it here. */
  readonly aroundCluster?: (cluster: Cluster) => Cluster
}

export type OperatorEnd = 'stopped' | 'lease lost'

/** Cut off so long after it is sent, a write cannot meet a successor: the deadline to renew plus this is shorter than the lease. */
const requestTimeoutMs = (leaseMs: number): number => Math.min(10_000, leaseMs / 4)
const graceMs = 1000

/** Watches, leads, reconciles; resolves when the signal is aborted and the lease given back, or when the lease is lost. */
export async function runOperator(world: OperatorWorld, signal: AbortSignal): Promise<OperatorEnd> {
  const { config, clock, log } = world
  const backOff: BackOff = { firstMs: 200, maximumMs: 30_000, random: Math.random }
  await awaitApi({ connection: world.connection, namespaces: config.watchNamespaces, clock, log, backOff }, signal)
  if (signal.aborted) return 'stopped'
  const ending = new AbortController()
  const client = apiClient({
    connection: world.connection,
    timeoutMs: requestTimeoutMs(config.lease.seconds * 1000),
    signal: ending.signal,
  })
  const queue = new KeyedQueue(clock, { ...backOff, firstMs: 100, maximumMs: 60_000 })
  const stores = watchEverything(world, { queue, backOff }, ending.signal)
  const leader = candidate(world, client)
  try {
    // Filled first, so that a standby takes over without a LIST, and a lease is not held while nothing can be done with it.
    await filled(world, stores, signal)
    if (!(await leader.acquire(signal))) return 'stopped'
    return await lead(world, { client, queue, stores, leader }, signal)
  } finally {
    await leader.release(AbortSignal.timeout(graceMs)).catch((error: unknown) => log.warn({ err: error }, 'giving the lease back failed'))
    ending.abort()
    queue.close()
  }
}

function candidate({ config, clock, log }: OperatorWorld, client: Cluster): Leader {
  const durationMs = config.lease.seconds * 1000
  return new Leader({
    lease: leasePort(client, config.namespace, config.lease.name),
    identity: `${config.podName ?? 'operator'}_${randomBytes(6).toString('hex')}`,
    clock,
    log,
    durationMs,
    renewDeadlineMs: (durationMs * 2) / 3,
    retryMs: Math.min(1000, durationMs / 6),
  })
}

interface Engine {
  readonly queue: KeyedQueue
  readonly backOff: BackOff
}

function watchEverything(world: OperatorWorld, { queue, backOff }: Engine, signal: AbortSignal): Stores {
  const { config, connection, clock, log } = world
  const watches = { connection, clock, log, backOff, settings: watchSettings }
  const secrets = secretWatches({ world: watches, stores: () => stores, queue, home: config.namespace }, signal)
  const stores: Stores = createStores(queue, secrets.update)
  secrets.update(config.namespace)
  void startWatches(watches, stores, config.watchNamespaces, signal)
  return stores
}

/** Resolves once every LIST is in: before that, what exists would look as if it did not. */
async function filled(world: OperatorWorld, stores: Stores, signal: AbortSignal): Promise<void> {
  const all = [stores.moltagents, stores.policies, stores.claims, stores.services, stores.machines, stores.instances, stores.secrets]
  const startedMs = world.clock.monotonicMs()
  while (!all.every((store) => store.synced)) {
    if (signal.aborted) return
    await sleep(world.clock, 10, signal)
  }
  world.onReady()
  world.log.info({ moltagents: stores.moltagents.size, tookMs: Math.round(world.clock.monotonicMs() - startedMs) }, 'caches are filled')
}

interface Leading {
  readonly client: Cluster
  readonly queue: KeyedQueue
  readonly stores: Stores
  readonly leader: Leader
}

async function lead(world: OperatorWorld, { client, queue, stores, leader }: Leading, signal: AbortSignal): Promise<OperatorEnd> {
  const { config, clock, log, metrics } = world
  const stop = new AbortController()
  const mayWrite = (): boolean => leader.holds()
  const guarded = guardedCluster(client, { limiter: new Limiter(config.writers), mayWrite, onWrite: metrics.wrote })
  const cluster = world.aroundCluster?.(guarded) ?? guarded
  const context = await contextFor(world, cluster, stores)
  metrics.observe(() => ({
    leading: leader.holds(),
    queueDepth: queue.depth,
    moltagents: stores.moltagents.size,
    memoryBytes: world.memoryBytes(),
  }))
  const onReconciled = ({ durationMs, failed }: { durationMs: number; failed: boolean }): void => metrics.reconciled(durationMs, failed)
  const working = work(
    { queue, workers: config.workers, clock, log, onReconciled, reconcile: (key) => reconcile(context, key) },
    stop.signal,
  )
  const end = await leader.keep(signal)
  log.info({ end }, 'no longer leading')
  stop.abort()
  // What is being written may end; what would start now is refused by the guard or waits for the successor.
  await Promise.race([working, sleep(clock, graceMs, new AbortController().signal)])
  return end === 'lost' ? 'lease lost' : 'stopped'
}

async function contextFor(world: OperatorWorld, cluster: Cluster, stores: Stores): Promise<ReconcileContext> {
  const { config, clock, log } = world
  return {
    cluster,
    caches: cachesOf(stores),
    clock,
    log,
    notify: eventSink({ cluster, clock, log, instance: config.podName ?? 'moltagent-operator' }),
    randomToken: (bytes) => randomBytes(bytes).toString('base64url'),
    normalised: new Map(),
    configuration: {
      namespace: config.namespace,
      desired: config.desired,
      gatewayAddresses: await gatewayAddresses(cluster, config),
      authorityDays: config.authorityDays,
      leafDays: config.leafDays,
      waitingMs: config.waitingMs,
      resyncMs: 10 * 60_000,
    },
  }
}

/** Machines hold the gateway's address in their hosts files: it is read once, and a change takes a restart of the operator. */
async function gatewayAddresses(cluster: Cluster, config: OperatorConfig): Promise<readonly string[]> {
  if (config.gatewayService === undefined) return []
  const service = await cluster.get(kinds.service, config.namespace, config.gatewayService)
  const facts = service === undefined ? undefined : projectObject(service).facts
  return facts?.kind === 'service' ? facts.clusterIPs.filter((address) => address !== 'None') : []
}
