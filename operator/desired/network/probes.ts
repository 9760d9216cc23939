import ipaddr from 'ipaddr.js'
import { gatewayHost, machineHost } from '../../api/host-names.ts'
import type { Moltagent } from '../../api/moltagent.ts'
import { type Role, roles } from '../../api/roles.ts'
import type { ProbeTarget } from '../../../runtime/protocol/isolation.ts'
import type { Surroundings } from '../configuration.ts'
import type { ServiceAddresses } from '../service-addresses.ts'
import { machinePorts } from './machine-ports.ts'
import { type Edge, type Party, trafficMatrix } from './matrix.ts'
import { outsideTargets, target } from './outside-targets.ts'

export interface ProbeFacts {
  readonly surroundings: Surroundings
  readonly serviceAddresses: ServiceAddresses
  readonly gatewayAddresses: readonly string[]
  readonly neighbours: readonly ServiceAddresses[]
}

export interface ProbeLists {
  readonly allowed: readonly ProbeTarget[]
  readonly forbidden: readonly ProbeTarget[]
}

/** What a machine's probe tries from inside: its own edges, which must be open, and a sample of everything else, which must be closed. */
export function probeLists(moltagent: Moltagent, role: Role, facts: ProbeFacts): ProbeLists {
  const forbidden = [...siblingTargets(role, facts), ...neighbourTargets(facts.neighbours), ...outsideTargets(facts.surroundings)]
  return {
    allowed: allowedTargets(moltagent, role),
    forbidden: forbidden.filter((probe) => role !== 'nextcloud' || !isListed(probe, moltagent)),
  }
}

const edgesFrom = (role: Role): readonly Edge[] => trafficMatrix.filter((edge) => edge.from === role)

function portsOpenTo(role: Role, party: Party): readonly number[] {
  return edgesFrom(role)
    .filter((edge) => edge.to === party)
    .flatMap((edge) => (edge.ports === 'listed' ? [] : edge.ports))
}

/** By name, so that the hosts file is tried too. */
function allowedTargets(moltagent: Moltagent, role: Role): readonly ProbeTarget[] {
  const open = (party: Role | 'gateway', host: string): readonly ProbeTarget[] =>
    portsOpenTo(role, party).map((port) => ({ name: `${party}:${port}/tcp`, host, port, protocol: 'tcp' }))
  return [
    ...roles.flatMap((other) => open(other, machineHost(moltagent.metadata, other))),
    ...open('gateway', gatewayHost(moltagent.metadata)),
  ]
}

/** The other machines' and the gateway's ports that are not this machine's edges. */
function siblingTargets(role: Role, facts: ProbeFacts): readonly ProbeTarget[] {
  const gatewayPorts = trafficMatrix.flatMap((edge) => (edge.to === 'gateway' ? edge.ports : []))
  const closed = (party: Role | 'gateway', addresses: readonly string[], ports: readonly number[]): readonly ProbeTarget[] => {
    const shut = ports.filter((port) => !portsOpenTo(role, party).includes(port))
    return addresses.flatMap((host) => shut.map((port) => target(party, host, 'tcp', port)))
  }
  return [
    ...roles.filter((other) => other !== role).flatMap((other) => closed(other, facts.serviceAddresses[other], machinePorts(other))),
    ...closed('gateway', facts.gatewayAddresses, gatewayPorts),
  ]
}

function neighbourTargets(neighbours: readonly ServiceAddresses[]): readonly ProbeTarget[] {
  return neighbours.flatMap((neighbour) =>
    roles.flatMap((role) =>
      neighbour[role].flatMap((host) => machinePorts(role).map((port) => target(`other-${role}`, host, 'tcp', port))),
    ),
  )
}

/** Whether the resource's own egress list opens it: then it is no longer forbidden. */
function isListed(probe: ProbeTarget, moltagent: Moltagent): boolean {
  if (probe.protocol !== 'tcp') return false
  const address = ipaddr.parse(probe.host)
  return moltagent.spec.nextcloud.egress.some(({ cidr, port }) => {
    const [network, length] = ipaddr.parseCIDR(cidr)
    return port === probe.port && network.kind() === address.kind() && address.match(network, length)
  })
}
