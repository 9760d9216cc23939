import * as z from 'zod'
import type { Kind } from '../../../operator/cluster/kinds.ts'
import type { EngineLog } from '../../../operator/controller/engine-log.ts'
import type { KubernetesClient } from '../../kubernetes/client.ts'
import { watchCollection, type Collection } from '../../kubernetes/watch-collection.ts'
import type { PodAddresses } from '../guest.ts'
import { networkPolicySchema, type NetworkPolicy, type PolicyNamespace, type PolicyPod } from './network-policy.ts'
import { nodeRuleset, type ServicePort } from './node-ruleset.ts'
import { createPodNetwork, preparePodNetwork, type PodAttachment } from './pod-network.ts'
import type { RunCommand } from './run-command.ts'
import { endpointSliceSchema, serviceSchema, servicePorts, type EndpointSlice, type Service } from './service-ports.ts'

export interface EnforcedNetworkOptions {
  /** May watch pods, namespaces, NetworkPolicies, Services and EndpointSlices everywhere. */
  readonly client: KubernetesClient
  readonly run: RunCommand
  /** Where the API server listens, for pods: it is the Service `kubernetes`. */
  readonly apiServer: { readonly address: string; readonly port: number }
  /** False only in tests: a network that ignores policies, as many do without saying so. */
  readonly enforcePolicies: boolean
  readonly log: EngineLog
  readonly signal: AbortSignal
}

const kinds = {
  pods: { apiVersion: 'v1', kind: 'Pod', plural: 'pods' },
  namespaces: { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces' },
  policies: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', plural: 'networkpolicies' },
  services: { apiVersion: 'v1', kind: 'Service', plural: 'services' },
  slices: { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', plural: 'endpointslices' },
} as const satisfies Record<string, Kind>

const labels = z.record(z.string(), z.string()).default({})
const podSchema = z.object({
  metadata: z.object({ namespace: z.string(), name: z.string(), uid: z.string(), labels }),
  spec: z.object({
    containers: z.array(
      z.object({
        ports: z
          .array(z.object({ name: z.string().optional(), containerPort: z.int(), protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP') }))
          .default([]),
      }),
    ),
  }),
})
const namespaceSchema = z.object({ metadata: z.object({ name: z.string(), labels }) })

type WatchedPod = Omit<PolicyPod, 'addresses'> & { readonly uid: string }

interface Watched {
  readonly pods: Collection<WatchedPod>
  readonly namespaces: Collection<PolicyNamespace>
  readonly policies: Collection<NetworkPolicy>
  readonly services: Collection<Service>
  readonly slices: Collection<EndpointSlice>
}

/**
 * A network in which the NetworkPolicies stored in the API server hold for every packet. Answers once they are loaded; from then on each
 * change of a pod, policy, namespace or Service loads the whole ruleset again, in one transaction.
 */
export async function startEnforcedNetwork(options: EnforcedNetworkOptions): Promise<PodAddresses> {
  const network = createPodNetwork(options.run)
  await preparePodNetwork(options.run)
  const state: { watched?: Watched } = {}
  const load = async (): Promise<void> => {
    if (state.watched !== undefined) await network.load(ruleset(options, state.watched, network.attachments()))
  }
  const refresh = coalesce(load, (error) => options.log.error({ error: String(error) }, 'loading network rules failed: the last ones stay'))
  state.watched = await watchAll(options, refresh)
  await load()
  return {
    attach: async (podUid) => {
      const attachment = await network.attach(podUid)
      await load()
      return attachment
    },
    detach: (podUid) => network.detach(podUid),
  }
}

async function watchAll(options: EnforcedNetworkOptions, onChange: () => void): Promise<Watched> {
  const { client, log, signal } = options
  const watch = <T>(kind: Kind, parse: (object: unknown) => T): Promise<Collection<T>> =>
    watchCollection({ client, kind, parse, onChange, log, signal })
  const [pods, namespaces, policies, services, slices] = await Promise.all([
    watch(kinds.pods, (object) => watchedPod(podSchema.parse(object))),
    watch(kinds.namespaces, (object) => namespaceSchema.parse(object).metadata),
    watch(kinds.policies, readPolicy),
    watch(kinds.services, (object) => serviceSchema.parse(object)),
    watch(kinds.slices, (object) => endpointSliceSchema.parse(object)),
  ])
  return { pods, namespaces, policies, services, slices }
}

function watchedPod({ metadata, spec }: z.infer<typeof podSchema>): WatchedPod {
  const ports = spec.containers.flatMap((container) => container.ports)
  const namedPorts = ports.flatMap(({ name, containerPort, protocol }) =>
    name === undefined ? [] : [{ name, port: containerPort, protocol }],
  )
  return { ...metadata, namedPorts }
}

const policyNameSchema = z.object({ metadata: z.object({ name: z.string(), namespace: z.string() }) })

/** A policy with something this node does not know closes its whole namespace: half understood it could open what it means to close. */
export function readPolicy(object: unknown): NetworkPolicy {
  const parsed = networkPolicySchema.safeParse(object)
  if (parsed.success) return parsed.data
  return { ...policyNameSchema.parse(object), spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } }
}

/** Only pods that the API server told of have a wire: one that is not known yet could pass for one that no policy selects. */
function ruleset(options: EnforcedNetworkOptions, watched: Watched, attachments: ReadonlyMap<string, PodAttachment>): string {
  const attached = [...watched.pods.values()].flatMap((pod) => {
    const attachment = attachments.get(pod.uid)
    return attachment ? [{ pod: { ...pod, addresses: attachment.addresses }, attachment }] : []
  })
  const wires = attached.map(({ attachment }) => attachment)
  const world = {
    pods: attached.map(({ pod }) => pod),
    namespaces: [...watched.namespaces.values()],
    policies: [...watched.policies.values()],
  }
  const { apiServer, enforcePolicies } = options
  const services: readonly ServicePort[] = servicePorts([...watched.services.values()], [...watched.slices.values()], apiServer)
  return nodeRuleset({ world, wires, services, apiServer, enforcePolicies })
}

/** Runs `work` now, and once more after it when called meanwhile; never twice at once. */
function coalesce(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let state: 'idle' | 'working' | 'again' = 'idle'
  const go = async (): Promise<void> => {
    do {
      state = 'working'
      await work().catch(onError)
    } while (isAgain())
    state = 'idle'
  }
  const isAgain = (): boolean => state === 'again'
  return () => {
    if (state === 'idle') void go()
    else state = 'again'
  }
}
