import type { EngineLog } from '../../operator/controller/engine-log.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import type { Collection } from '../kubernetes/watch-collection.ts'
import type { Claim } from './claim.ts'
import type { GuestRuntime, PodAddresses } from './guest.ts'
import type { MachineInstance } from './machine-instance.ts'
import type { MachineRegistry } from './machine-registry.ts'
import type { NodeFacts } from './node-object.ts'
import type { Pod } from './pod.ts'
import type { RequestsOf } from './scheduling-problem.ts'
import type { ProcessPods } from './process-pod/reconcile-process-pod.ts'

/** Who the node is to the API server, by what it does. */
export interface NodeClients {
  /** system:node:local, limited by the node authorizer as any kubelet. */
  readonly kubelet: KubernetesClient
  readonly scheduler: KubernetesClient
  /** KubeVirt's virt-handler: its admission takes a machine's status from nobody else. */
  readonly handler: KubernetesClient
  readonly provisioner: KubernetesClient
}

/** What the node's reconciles may use. */
export interface NodeContext {
  readonly clients: NodeClients
  readonly pods: Collection<Pod>
  readonly instances: Collection<MachineInstance>
  readonly claims: Collection<Claim>
  readonly machines: MachineRegistry
  readonly requestsOf: RequestsOf
  readonly guests: GuestRuntime
  readonly addresses: PodAddresses
  /** Absent: this node runs machines only. */
  readonly processPods?: ProcessPods
  /** Where claims keep their files. */
  readonly volumesFolder: string
  readonly facts: NodeFacts
  readonly now: () => Date
  readonly log: EngineLog
  readonly signal: AbortSignal
}

/** How soon what could not be done yet is tried again. */
export const retryMs = 1_000
