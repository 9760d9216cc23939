import type { ProbeTarget } from '../../../runtime/protocol/isolation.ts'
import type { Surroundings } from '../configuration.ts'

type Protocol = ProbeTarget['protocol']

/** Where a cloud's machines ask for their credentials: link-local for most, 100.100.100.200 for Alibaba, fd00:ec2::254 for AWS over IPv6. */
const metadataAddresses = ['169.254.169.254', '100.100.100.200', 'fd00:ec2::254'] as const

/** Public resolvers that answer on 53, 853 and 443 everywhere: Cloudflare's, over both families. */
const internetAddresses = ['1.1.1.1', '2606:4700:4700::1111'] as const

/** One of Cloudflare's public time servers. */
const timeServer = '162.159.200.1'

const resolverPorts = [53, 853, 443] as const

/** SSH and the kubelet. */
const nodePorts = [22, 10_250] as const

/** A target under the name that status shows. IPv6 addresses stand in brackets there. */
export function target(kind: string, host: string, protocol: Protocol, port?: number): ProbeTarget {
  const shown = host.includes(':') ? `[${host}]` : host
  return {
    name: `${kind}:${shown}${port === undefined ? '' : `:${port}`}/${protocol}`,
    host,
    protocol,
    ...(port !== undefined && { port }),
  }
}

function resolver(kind: string, host: string): readonly ProbeTarget[] {
  return [target(kind, host, 'dns', 53), ...resolverPorts.map((port) => target(kind, host, 'tcp', port))]
}

/** What no machine may reach, whatever instance it is of: API server, nodes, metadata, name resolution, time, the internet, both families. */
export function outsideTargets(surroundings: Surroundings): readonly ProbeTarget[] {
  return [
    ...surroundings.apiServers.map(({ host, port }) => target('api-server', host, 'tcp', port)),
    ...surroundings.nodes.flatMap((host) => [...nodePorts.map((port) => target('node', host, 'tcp', port)), target('node', host, 'icmp')]),
    ...metadataAddresses.map((host) => target('metadata', host, 'tcp', 80)),
    ...surroundings.nameServers.flatMap((host) => resolver('name-server', host)),
    ...internetAddresses.flatMap((host) => [...resolver('internet', host), target('internet', host, 'icmp')]),
    target('time', timeServer, 'udp', 123),
  ]
}
