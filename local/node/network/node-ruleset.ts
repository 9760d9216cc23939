import { isIPv6 } from 'node:net'
import { compilePolicies, type PolicyWorld } from './compile-policies.ts'

/** A pod's wire in the node's namespace: the interface's name and the addresses it may speak from. */
export interface PodWire {
  readonly interface: string
  readonly addresses: readonly string[]
}

/** A Service port: packets to `address:port` go to one of `endpoints`. */
export interface ServicePort {
  readonly name: string
  readonly protocol: 'TCP' | 'UDP'
  readonly address: string
  readonly port: number
  readonly endpoints: readonly { readonly address: string; readonly port: number }[]
}

export interface NodeRules {
  readonly world: PolicyWorld
  readonly wires: readonly PodWire[]
  readonly services: readonly ServicePort[]
  /** Where the API server listens on the node; pods reach it if their policies let them, and nothing else there. */
  readonly apiServer?: { readonly address: string; readonly port: number }
  /** False only in tests: a network that ignores policies, as many do without saying so. */
  readonly enforcePolicies: boolean
}

/**
 * The whole nftables ruleset of the node's network namespace, to be loaded in one transaction with `nft -f -`.
 *
 * Forwarding drops what no rule allows, what claims another's address, and what conntrack cannot place. Nothing reaches the node itself but
 * neighbour discovery, answers to what it asked (a kubelet's probes) and the API server's port, and nothing leaves but from pod to pod. Pure.
 */
export function nodeRuleset(rules: NodeRules): string {
  return [
    'table inet moltagent {}',
    'delete table inet moltagent',
    'table inet moltagent {',
    ...(rules.enforcePolicies ? [compilePolicies(rules.world)] : ['  chain egress { }', '  chain ingress { }']),
    ...wireChain(rules.wires),
    ...judgeChain(),
    ...inputChain(rules),
    ...forwardChain(rules.wires),
    ...serviceChain(rules.services),
    '}',
    '',
  ].join('\n')
}

const family = (address: string): 'ip' | 'ip6' => (isIPv6(address) ? 'ip6' : 'ip')

const wireNames = (wires: readonly PodWire[]): string => wires.map((wire) => `"${wire.interface}"`).join(', ')

/** A packet that does not come from its wire's own address ends here. */
function wireChain(wires: readonly PodWire[]): string[] {
  const bindings = wires.flatMap((wire) =>
    wire.addresses.map((address) => `    iifname "${wire.interface}" ${family(address)} saddr ${address} return`),
  )
  return ['  chain own_address {', ...bindings, '    drop', '  }']
}

function inputChain({ apiServer, wires }: NodeRules): string[] {
  const isApiServer = apiServer && `${family(apiServer.address)} daddr ${apiServer.address} tcp dport ${apiServer.port}`
  const judged = isApiServer && wires.length > 0 ? [`    iifname { ${wireNames(wires)} } ${isApiServer} jump judge`] : []
  return [
    '  chain input {',
    '    type filter hook input priority filter; policy drop;',
    '    iifname "lo" accept',
    '    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept',
    '    ct state invalid drop',
    '    ct state established ct direction reply accept',
    ...judged,
    '  }',
  ]
}

function judgeChain(): string[] {
  return ['  chain judge {', '    jump own_address', '    jump egress', '    jump ingress', '    accept', '  }']
}

function forwardChain(wires: readonly PodWire[]): string[] {
  const names = wireNames(wires)
  const judged = wires.length === 0 ? [] : [`    iifname { ${names} } oifname { ${names} } jump judge`]
  return ['  chain forward {', '    type filter hook forward priority filter; policy drop;', '    ct state invalid drop', ...judged, '  }']
}

function serviceChain(services: readonly ServicePort[]): string[] {
  const lines = services.flatMap((service) => {
    const match = `${family(service.address)} daddr ${service.address} ${service.protocol.toLowerCase()} dport ${service.port}`
    const target = balance(service)
    return target === undefined ? [] : [`    ${match} dnat ${family(service.address)} to ${target}`]
  })
  return ['  chain services {', '    type nat hook prerouting priority dstnat; policy accept;', ...lines, '  }']
}

function balance(service: ServicePort): string | undefined {
  const targets = service.endpoints.filter((endpoint) => family(endpoint.address) === family(service.address))
  const [first] = targets
  if (first === undefined) return undefined
  const text = (endpoint: { readonly address: string; readonly port: number }): string => `${endpoint.address} . ${endpoint.port}`
  if (targets.length === 1) return family(first.address) === 'ip6' ? `[${first.address}]:${first.port}` : `${first.address}:${first.port}`
  return `numgen random mod ${targets.length} map { ${targets.map((endpoint, index) => `${index} : ${text(endpoint)}`).join(', ')} }`
}
