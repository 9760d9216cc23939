import { selectorLabels } from '../../api/labels.ts'
import type { Moltagent } from '../../api/moltagent.ts'
import { objectNames } from '../../api/object-names.ts'
import { type Role, roles } from '../../api/roles.ts'
import type { DesiredConfiguration } from '../configuration.ts'
import { metadataFor } from '../metadata-for.ts'
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../objects.ts'
import { type Edge, openEdges } from './matrix.ts'
import { peersOf } from './peers.ts'

interface Rule {
  readonly peers: readonly NetworkPolicyPeer[]
  readonly ports: readonly NetworkPolicyPort[]
}

const tcp = (port: number): NetworkPolicyPort => ({ protocol: 'TCP', port })

/**
 * One policy a machine, both directions denied but for the matrix's edges. While the agent is revoked its own policy alone, once
 * stored, closes every one of its edges; the others' lose them too.
 */
export function networkPolicies(moltagent: Moltagent, configuration: DesiredConfiguration, revoked: boolean): readonly NetworkPolicy[] {
  return roles.map((role) => policyFor(role, { moltagent, configuration, edges: openEdges(revoked) }))
}

interface Inputs {
  readonly moltagent: Moltagent
  readonly configuration: DesiredConfiguration
  readonly edges: readonly Edge[]
}

function policyFor(role: Role, inputs: Inputs): NetworkPolicy {
  const { moltagent, edges } = inputs
  const incoming = edges.filter((edge) => edge.to === role).flatMap((edge) => rulesFor(edge, edge.from, inputs))
  const outgoing = edges.filter((edge) => edge.from === role).flatMap((edge) => rulesFor(edge, edge.to, inputs))
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataFor(moltagent, { name: objectNames.networkPolicy(moltagent.metadata.name, role), role, owned: true }),
    spec: {
      podSelector: { matchLabels: selectorLabels(moltagent.metadata.uid, role) },
      policyTypes: ['Ingress', 'Egress'],
      // Sent even where they are empty: an apply then takes away rules that somebody else has put there.
      ingress: incoming.map(({ peers, ports }) => ({ from: peers, ports })),
      egress: outgoing.map(({ peers, ports }) => ({ to: peers, ports })),
    },
  }
}

/** No rule without a peer and without a port: either would mean all of them. */
function rulesFor(edge: Edge, other: Edge['from'], { moltagent, configuration }: Inputs): readonly Rule[] {
  if (edge.ports === 'listed') {
    return moltagent.spec.nextcloud.egress.map(({ cidr, port }) => ({ peers: [{ ipBlock: { cidr } }], ports: [tcp(port)] }))
  }
  const peers = peersOf(other, moltagent, configuration)
  return peers.length === 0 || edge.ports.length === 0 ? [] : [{ peers, ports: edge.ports.map(tcp) }]
}
