import { BlockList, isIPv6 } from 'node:net'

/*
 * Whether NetworkPolicies let a connection through, written from the specification alone (kubernetes.io/docs/concepts/services-networking/
 * network-policies and the API reference of networking.k8s.io/v1), with nothing shared with the code that builds policies.
 */

export interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[] | undefined
}

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>> | undefined
  readonly matchExpressions?: readonly Requirement[] | undefined
}

export interface PolicyPeer {
  readonly podSelector?: Selector
  readonly namespaceSelector?: Selector
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}

export interface PolicyPort {
  readonly protocol?: string
  readonly port?: number | string
  readonly endPort?: number
}

export interface Policy {
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly spec: {
    readonly podSelector: Selector
    readonly policyTypes?: readonly string[]
    readonly ingress?: readonly { readonly from?: readonly PolicyPeer[]; readonly ports?: readonly PolicyPort[] }[]
    readonly egress?: readonly { readonly to?: readonly PolicyPeer[]; readonly ports?: readonly PolicyPort[] }[]
  }
}

/** One end of a connection: a pod, or with neither namespace nor labels something outside the cluster. */
export interface Endpoint {
  readonly name: string
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  /** The address of each family it has. */
  readonly addresses: { readonly ipv4?: string; readonly ipv6?: string }
}

export interface Connection {
  readonly from: Endpoint
  readonly to: Endpoint
  readonly family: 'ipv4' | 'ipv6'
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly port: number
}

export interface World {
  /** Labels of every namespace, by name. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly policies: readonly Policy[]
}

/** A selector without requirements selects everything; all of its requirements must hold. */
export function selects(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
  return equal && (selector.matchExpressions ?? []).every((requirement) => holds(requirement, labels))
}

function holds(requirement: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const present = Object.hasOwn(labels, requirement.key)
  const listed = present && (requirement.values ?? []).includes(labels[requirement.key] ?? '')
  if (requirement.operator === 'In') return listed
  if (requirement.operator === 'NotIn') return !listed
  if (requirement.operator === 'Exists') return present
  if (requirement.operator === 'DoesNotExist') return !present
  throw new Error(`evaluating a selector: there is no operator ${requirement.operator}`)
}

export function isInNetwork(address: string, cidr: string): boolean {
  const [network = '', prefix] = cidr.split('/')
  if (isIPv6(network) !== isIPv6(address)) return false
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  list.addSubnet(network, Number(prefix), family)
  return list.check(address, family)
}

/** By address, in the block and in none of its exceptions. */
function isInBlock(address: string, { cidr, except = [] }: NonNullable<PolicyPeer['ipBlock']>): boolean {
  return isInNetwork(address, cidr) && !except.some((hole) => isInNetwork(address, hole))
}

/** A peer of a rule: `ipBlock` goes by address, selectors by pod; without `namespaceSelector` the policy's own namespace is meant. */
function peerMatches(peer: PolicyPeer, other: Endpoint, address: string, context: { world: World; namespace: string }): boolean {
  const { ipBlock, podSelector, namespaceSelector } = peer
  if (ipBlock) return isInBlock(address, ipBlock)
  const { namespace, labels } = other
  if (namespace === undefined || labels === undefined || !(podSelector || namespaceSelector)) return false
  const inNamespace = namespaceSelector
    ? selects(namespaceSelector, context.world.namespaces[namespace] ?? {})
    : namespace === context.namespace
  return inNamespace && (podSelector === undefined || selects(podSelector, labels))
}

/** A port without a protocol is TCP; without a number it is every port of the protocol; `endPort` makes it a range. */
function portMatches(port: PolicyPort, connection: Connection): boolean {
  if ((port.protocol ?? 'TCP') !== connection.protocol) return false
  if (port.port === undefined) return true
  // A named port needs the pod's container ports: no pod in these worlds has any, so a name matches none.
  if (typeof port.port === 'string') return false
  return connection.port >= port.port && connection.port <= (port.endPort ?? port.port)
}

/** An empty or absent list of peers is everybody, one of ports is every port and protocol. */
function ruleMatches(
  peers: readonly PolicyPeer[],
  ports: readonly PolicyPort[],
  peerFits: (peer: PolicyPeer) => boolean,
  connection: Connection,
): boolean {
  return (peers.length === 0 || peers.some(peerFits)) && (ports.length === 0 || ports.some((port) => portMatches(port, connection)))
}

/** Without `policyTypes` a policy is for ingress, and for egress too if it has egress rules. */
function isFor(policy: Policy, direction: 'Ingress' | 'Egress'): boolean {
  const implied = policy.spec.egress && policy.spec.egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
  return (policy.spec.policyTypes ?? implied).includes(direction)
}

/** Policies add up: a pod that one selects for a direction is isolated in it, and lets through what any of them allows. */
function sideAllows(world: World, connection: Connection, direction: 'Ingress' | 'Egress'): boolean {
  const [pod, other] = direction === 'Ingress' ? [connection.to, connection.from] : [connection.from, connection.to]
  const { namespace, labels } = pod
  if (namespace === undefined || labels === undefined) return true
  const applying = world.policies.filter(
    (policy) => policy.metadata.namespace === namespace && isFor(policy, direction) && selects(policy.spec.podSelector, labels),
  )
  if (applying.length === 0) return true
  const address = other.addresses[connection.family] ?? ''
  const fits = (peer: PolicyPeer): boolean => peerMatches(peer, other, address, { world, namespace })
  return applying.some((policy) =>
    direction === 'Ingress'
      ? (policy.spec.ingress ?? []).some((rule) => ruleMatches(rule.from ?? [], rule.ports ?? [], fits, connection))
      : (policy.spec.egress ?? []).some((rule) => ruleMatches(rule.to ?? [], rule.ports ?? [], fits, connection)),
  )
}

/**
 * A connection is let through when its sender's egress and its receiver's ingress both allow it. Each end must have an address of the
 * family. A pod always reaches itself.
 */
export function isAllowed(world: World, connection: Connection): boolean {
  const { from, to, family } = connection
  if (from.addresses[family] === undefined || to.addresses[family] === undefined) return false
  if (from === to) return true
  return sideAllows(world, connection, 'Egress') && sideAllows(world, connection, 'Ingress')
}
