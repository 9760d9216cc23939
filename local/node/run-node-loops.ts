import type { Kind } from '../../operator/cluster/kinds.ts'
import { systemClock } from '../../operator/controller/clock.ts'
import { KeyedQueue } from '../../operator/controller/keyed-queue.ts'
import { work, type Outcome } from '../../operator/controller/work.ts'
import { watchCollection, type Collection } from '../kubernetes/watch-collection.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import { claimSchema, type Claim } from './claim.ts'
import { instanceKey, machineInstanceSchema } from './machine-instance.ts'
import { createMachineRegistry } from './machine-registry.ts'
import type { NodeClients, NodeContext } from './node-context.ts'
import type { NodeFacts } from './node-object.ts'
import type { ProcessPods } from './process-pod/reconcile-process-pod.ts'
import { podSchema } from './pod.ts'
import { provisionClaim, reclaimVolume, volumeSchema, type Volume } from './provision-claims.ts'
import { reconcileInstance } from './reconcile-instance.ts'
import { reconcilePod } from './reconcile-pod.ts'
import { createRequestsOf } from './scheduling-problem.ts'
import type { NodeOptions } from './start-node.ts'

export interface LoopOptions extends Omit<NodeOptions, 'processPods'> {
  readonly processPods?: ProcessPods
  readonly clients: NodeClients
  readonly facts: NodeFacts
  readonly volumesFolder: string
  readonly signal: AbortSignal
}

const kinds = {
  pod: { apiVersion: 'v1', kind: 'Pod', plural: 'pods' },
  instance: { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachineInstance', plural: 'virtualmachineinstances' },
  claim: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims' },
  volume: { apiVersion: 'v1', kind: 'PersistentVolume', plural: 'persistentvolumes' },
} as const satisfies Record<string, Kind>

const backOff = { firstMs: 100, maximumMs: 5_000, random: Math.random }
const workers = 8
const shutdownMs = 10_000
const done: Outcome = { requeueAfterMs: undefined }

/** Watches pods, machines, claims and volumes and reconciles each that changes, until the signal is aborted. Answers when all are watched. */
export async function runNodeLoops(options: LoopOptions): Promise<{ readonly ended: Promise<void> }> {
  const { clients, log, signal, volumesFolder } = options
  const queue = (): KeyedQueue => new KeyedQueue(systemClock, backOff)
  const queues = { pods: queue(), instances: queue(), claims: queue(), volumes: queue() }
  const watch = <T>(client: KubernetesClient, kind: Kind, schema: { parse(raw: unknown): T }, queue: KeyedQueue): Promise<Collection<T>> =>
    watchCollection({ client, kind, parse: (object) => schema.parse(object), onChange: (key) => queue.add(key), log, signal })
  const [pods, instances, claims, volumes] = await Promise.all([
    watch(clients.scheduler, kinds.pod, podSchema, queues.pods),
    watch(clients.handler, kinds.instance, machineInstanceSchema, queues.instances),
    watch<Claim>(clients.provisioner, kinds.claim, claimSchema, queues.claims),
    watch(clients.provisioner, kinds.volume, volumeSchema, queues.volumes),
  ])
  const machines = createMachineRegistry({
    now: () => Date.now(),
    onChange: (record) => {
      queues.pods.add(record.podKey)
      for (const instance of instances.values())
        if (instance.status.activePods[record.podUid] !== undefined) queues.instances.add(instanceKey(instance))
    },
  })
  const reclaim = (volume: Volume): Promise<Outcome> => reclaimVolume(clients.provisioner, volume, volumesFolder).then(() => done)
  const provision = (claim: Claim): Promise<Outcome> => provisionClaim(clients.provisioner, claim, volumesFolder).then(() => done)
  const context: NodeContext = { ...options, pods, instances, claims, machines, requestsOf: createRequestsOf(), now: () => new Date() }
  const loop = (queue: KeyedQueue, reconcile: (key: string) => Promise<Outcome>): Promise<void> =>
    work({ queue, workers, clock: systemClock, log, reconcile }, signal)
  const ended = Promise.all([
    loop(queues.pods, (key) => reconcilePod(context, key, (again) => queues.pods.add(again))),
    loop(queues.instances, (key) => withObject(instances.get(key), (instance) => reconcileInstance(context, instance))),
    loop(queues.claims, (key) => withObject(claims.get(key), provision)),
    loop(queues.volumes, (key) => withObject(volumes.get(key), reclaim)),
  ]).then(() => stopAll(context))
  return { ended }
}

/** Machines lose their power; processes get the time that any operating system gives at its shutdown. */
async function stopAll({ machines, processPods }: NodeContext): Promise<void> {
  for (const record of machines.all()) record.guest?.force()
  await Promise.all([...(processPods?.running.values() ?? [])].map((pod) => pod.stop(shutdownMs)))
}

const withObject = <T>(object: T | undefined, reconcile: (object: T) => Promise<Outcome>): Promise<Outcome> =>
  object === undefined ? Promise.resolve(done) : reconcile(object)
