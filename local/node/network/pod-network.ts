import type { RunCommand } from './run-command.ts'

/** A pod's place in the network: its namespace's name (for `ip netns exec`), the node's end of its wire, its addresses. */
export interface PodAttachment {
  readonly netns: string
  readonly interface: string
  readonly addresses: readonly string[]
}

/** Wires pods to the node's network namespace, the one this process runs in. */
export interface PodNetwork {
  attach(podUid: string): Promise<PodAttachment>
  detach(podUid: string): Promise<void>
  /** Loads a whole ruleset in one transaction. */
  load(ruleset: string): Promise<void>
  /** By the pods' UIDs. */
  attachments(): ReadonlyMap<string, PodAttachment>
}

/** Both ends' hardware addresses are fixed, so that nobody has to ask (and nobody can lie) by ARP or neighbour discovery. */
const nodeHardwareAddress = 'ee:ee:ee:ee:ee:ee'
const gateway = { ip: '169.254.1.1', ip6: 'fe80::1' } as const

/** Addresses of pod number `index` (1 to 65,533): 10.244.0.0/16 and fd00:244::/64. */
function addressesOf(index: number): readonly [string, string] {
  return [`10.244.${index >> 8}.${index & 255}`, `fd00:244::${index.toString(16)}`]
}

const podHardwareAddress = (index: number): string => `0a:58:0a:f4:${hexByte(index >> 8)}:${hexByte(index & 255)}`
const hexByte = (value: number): string => value.toString(16).padStart(2, '0')

/** Prepares the node's namespace for forwarding; call once, before the first pod. */
export async function preparePodNetwork(run: RunCommand): Promise<void> {
  const settings = [
    'net.ipv4.ip_forward=1',
    'net.ipv6.conf.all.forwarding=1',
    'net.ipv4.conf.all.send_redirects=0',
    'net.ipv4.conf.default.send_redirects=0',
  ]
  await run('sysctl', ['-q', '-w', ...settings])
}

interface Wire extends PodAttachment {
  readonly index: number
}

/** The real thing: veth pairs and named namespaces by `ip`, rules by `nft`. Addresses are not reused while the process lives. */
export function createPodNetwork(run: RunCommand): PodNetwork {
  const wires = new Map<string, Wire>()
  let next = 1
  return {
    async attach(podUid) {
      const known = wires.get(podUid)
      if (known) return known
      const wire = wireOf(next)
      next += 1
      await run('ip', ['-batch', '-'], nodeSide(wire))
      await run('ip', ['netns', 'exec', wire.netns, 'ip', '-batch', '-'], podSide(wire))
      wires.set(podUid, wire)
      return wire
    },
    async detach(podUid) {
      const wire = wires.get(podUid)
      if (!wire) return
      wires.delete(podUid)
      await run('ip', ['-batch', '-'], [`link del ${wire.interface}`, `netns del ${wire.netns}`, ''].join('\n'))
    },
    async load(ruleset) {
      await run('nft', ['-f', '-'], ruleset)
    },
    attachments: () => wires,
  }
}

function wireOf(index: number): Wire {
  if (index > 65_533) throw new Error('attaching a pod to the local network: all 65,533 pod addresses have been used; restart the node')
  return { index, netns: `pod${index}`, interface: `wire${index}`, addresses: addressesOf(index) }
}

function nodeSide(wire: Wire): string {
  const [ip, ip6] = addressesOf(wire.index)
  const dev = wire.interface
  return [
    `netns add ${wire.netns}`,
    `link add ${dev} address ${nodeHardwareAddress} type veth peer name eth0 address ${podHardwareAddress(wire.index)} netns ${wire.netns}`,
    `link set ${dev} arp off up`,
    `addr add ${gateway.ip}/32 dev ${dev} scope link`,
    `route add ${ip}/32 dev ${dev}`,
    `neigh replace ${ip} lladdr ${podHardwareAddress(wire.index)} dev ${dev} nud permanent`,
    `route add ${ip6}/128 dev ${dev}`,
    `neigh replace ${ip6} lladdr ${podHardwareAddress(wire.index)} dev ${dev} nud permanent`,
    '',
  ].join('\n')
}

function podSide(wire: Wire): string {
  const [ip, ip6] = addressesOf(wire.index)
  return [
    'link set lo up',
    'link set eth0 arp off up',
    `addr add ${ip}/32 dev eth0`,
    `addr add ${ip6}/128 dev eth0 nodad`,
    `neigh replace ${gateway.ip} lladdr ${nodeHardwareAddress} dev eth0 nud permanent`,
    `route add default via ${gateway.ip} dev eth0 onlink`,
    `neigh replace ${gateway.ip6} lladdr ${nodeHardwareAddress} dev eth0 nud permanent`,
    `route add ::/0 via ${gateway.ip6} dev eth0 onlink`,
    '',
  ].join('\n')
}
