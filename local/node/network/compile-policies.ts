import { isIPv6 } from 'node:net'
import { matchesLabels } from './match-labels.ts'
import type { NetworkPolicy, PolicyNamespace, PolicyPeer, PolicyPod, PolicyPort } from './network-policy.ts'

/** What the policies are judged against: every pod with an address and every namespace of the cluster. */
export interface PolicyWorld {
  readonly pods: readonly PolicyPod[]
  readonly namespaces: readonly PolicyNamespace[]
  readonly policies: readonly NetworkPolicy[]
}

type Direction = 'Ingress' | 'Egress'

interface Rule {
  readonly peers: readonly PolicyPeer[]
  readonly ports: readonly PolicyPort[]
}

interface Block {
  readonly cidr: string
  readonly except: readonly string[]
}

/** Conntrack's reply tuple names the two ends after Service translation, in both directions of a flow. */
const remoteAddress = { Ingress: 'daddr', Egress: 'saddr' } as const

/**
 * Compiles NetworkPolicies, as stored, to the chains `egress` and `ingress` of an nftables `inet` table, one chain per selected pod and direction.
 *
 * Every packet of a flow, replies included, is judged by the flow's own ends (conntrack's reply tuple), never by an earlier verdict: a flow
 * that a change forbids ends with the next packet, whoever sends it. A pod that no policy selects for a direction is open in it, as the
 * NetworkPolicy specification has it. Pure; equal input, equal text.
 */
export function compilePolicies(world: PolicyWorld): string {
  return [...compileDirection(world, 'Egress'), ...compileDirection(world, 'Ingress')].join('\n')
}

function compileDirection(world: PolicyWorld, direction: Direction): string[] {
  const name = direction.toLowerCase()
  const selected = world.pods
    .map((pod, index) => ({ pod, chain: `${name}_${index}`, policies: world.policies.filter((policy) => selects(policy, pod, direction)) }))
    .filter((entry) => entry.policies.length > 0)
  const chains = selected.flatMap(({ pod, chain, policies }) => podChain(world, { pod, chain, policies, direction }))
  const own = direction === 'Egress' ? 'daddr' : 'saddr'
  const jumps = (['ip', 'ip6'] as const).flatMap((family) => {
    const elements = selected.flatMap(({ pod, chain }) =>
      pod.addresses.filter((address) => family === familyOf(address)).map((address) => `${address} : jump ${chain}`),
    )
    return elements.length > 0 ? [`    ct reply ${family} ${own} vmap { ${elements.join(', ')} }`] : []
  })
  return [...chains, `  chain ${name} {`, ...jumps, '  }']
}

function selects(policy: NetworkPolicy, pod: PolicyPod, direction: Direction): boolean {
  const types = policy.spec.policyTypes ?? (policy.spec.egress ? ['Ingress', 'Egress'] : ['Ingress'])
  return policy.metadata.namespace === pod.namespace && types.includes(direction) && matchesLabels(policy.spec.podSelector, pod.labels)
}

function podChain(
  world: PolicyWorld,
  entry: { readonly pod: PolicyPod; readonly chain: string; readonly policies: readonly NetworkPolicy[]; readonly direction: Direction },
): string[] {
  const lines = entry.policies.flatMap((policy) => {
    const rules = rulesOf(policy, entry.direction).flatMap((rule) => ruleLines(world, { ...entry, policy, rule }))
    return [`    # ${policy.metadata.namespace}/${policy.metadata.name}`, ...rules]
  })
  return [`  chain ${entry.chain} { # ${entry.pod.namespace}/${entry.pod.name}`, ...lines, '    drop', '  }']
}

function rulesOf(policy: NetworkPolicy, direction: Direction): Rule[] {
  if (direction === 'Ingress') return (policy.spec.ingress ?? []).map((rule) => ({ peers: rule.from ?? [], ports: rule.ports ?? [] }))
  return (policy.spec.egress ?? []).map((rule) => ({ peers: rule.to ?? [], ports: rule.ports ?? [] }))
}

function ruleLines(
  world: PolicyWorld,
  entry: { readonly pod: PolicyPod; readonly policy: NetworkPolicy; readonly direction: Direction; readonly rule: Rule },
): string[] {
  const { policy, direction, rule } = entry
  const everyone = rule.peers.length === 0
  const peerPods = everyone ? world.pods : rule.peers.flatMap((peer) => podsOf(world, policy.metadata.namespace, peer))
  const sources = everyone ? [''] : [...podMatches(peerPods, direction), ...rule.peers.flatMap((peer) => blockMatches(peer, direction))]
  const numbered = sources.flatMap((source) => numberedPortMatches(rule.ports).map((port) => line(source, port)))
  return [...numbered, ...namedPortLines(entry, peerPods)]
}

const line = (...parts: readonly string[]): string => `    ${[...parts.filter((part) => part !== ''), 'return'].join(' ')}`

function podsOf(world: PolicyWorld, policyNamespace: string, peer: PolicyPeer): readonly PolicyPod[] {
  if (peer.ipBlock) return []
  const { namespaceSelector, podSelector } = peer
  const names = namespaceSelector
    ? world.namespaces.filter((namespace) => matchesLabels(namespaceSelector, namespace.labels)).map((namespace) => namespace.name)
    : [policyNamespace]
  return world.pods.filter((pod) => names.includes(pod.namespace) && matchesLabels(podSelector ?? {}, pod.labels))
}

function podMatches(pods: readonly PolicyPod[], direction: Direction): string[] {
  const addresses = [...new Set(pods.flatMap((pod) => pod.addresses))]
  return (['ip', 'ip6'] as const).flatMap((family) => {
    const own = addresses.filter((address) => familyOf(address) === family)
    return own.length > 0 ? [`ct reply ${family} ${remoteAddress[direction]} { ${own.join(', ')} }`] : []
  })
}

function blockMatches(peer: PolicyPeer, direction: Direction): string[] {
  if (!peer.ipBlock) return []
  const block: Block = { cidr: peer.ipBlock.cidr, except: peer.ipBlock.except ?? [] }
  const key = `ct reply ${familyOf(block.cidr)} ${remoteAddress[direction]}`
  return [[`${key} ${block.cidr}`, ...(block.except.length > 0 ? [`${key} != { ${block.except.join(', ')} }`] : [])].join(' ')]
}

/** One match for each numbered port; a rule without ports matches all protocols, ICMP included. */
function numberedPortMatches(ports: readonly PolicyPort[]): string[] {
  if (ports.length === 0) return ['']
  return ports.flatMap((port) => (typeof port.port === 'string' ? [] : [portMatch(port.protocol, port.port, port.endPort)]))
}

function portMatch(protocol: PolicyPort['protocol'], port: number | undefined, endPort?: number): string {
  const range = port === undefined ? '' : ` ct reply proto-src ${port}${endPort === undefined ? '' : `-${endPort}`}`
  return `meta l4proto ${protocol.toLowerCase()}${range}`
}

/** A named port is a number of the pod that serves: this pod for ingress, each peer for egress. */
function namedPortLines(
  entry: { readonly pod: PolicyPod; readonly direction: Direction; readonly rule: Rule },
  peerPods: readonly PolicyPod[],
): string[] {
  const names = entry.rule.ports.filter((port) => typeof port.port === 'string')
  const matches = (pod: PolicyPod): string[] =>
    names.flatMap((wanted) =>
      pod.namedPorts
        .filter((port) => port.name === wanted.port && port.protocol === wanted.protocol)
        .map((port) => portMatch(port.protocol, port.port)),
    )
  if (entry.direction === 'Egress')
    return peerPods.flatMap((peer) => podMatches([peer], 'Egress').flatMap((source) => matches(peer).map((port) => line(source, port))))
  const sources =
    entry.rule.peers.length === 0
      ? ['']
      : [...podMatches(peerPods, 'Ingress'), ...entry.rule.peers.flatMap((peer) => blockMatches(peer, 'Ingress'))]
  return sources.flatMap((source) => matches(entry.pod).map((port) => line(source, port)))
}

function familyOf(addressOrCidr: string): 'ip' | 'ip6' {
  return isIPv6(addressOrCidr.split('/', 1)[0] ?? '') ? 'ip6' : 'ip'
}
