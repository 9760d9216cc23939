import * as z from 'zod'
import { kubernetesMeta, type CelRule } from './cel-rule.ts'

const wellFormed: readonly CelRule[] = [
  { rule: 'isCIDR(self)', message: 'write a network in CIDR form, such as 192.0.2.25/32 or 2001:db8::25/128' },
  {
    rule: '!isCIDR(self) || string(cidr(self).masked()) == self',
    message: 'write the network in its shortest form, without bits behind the prefix: 10.0.0.0/8, not 10.1.2.3/8',
  },
]

/** Never reachable from a machine: loopback, link-local and the addresses of clouds' metadata services. */
export const neverReachable = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '100.100.100.200/32',
  '::1/128',
  'fe80::/10',
  'fd00:ec2::254/128',
] as const

const neverList = `[${neverReachable.map((network) => `'${network}'`).join(', ')}]`

const narrow: readonly CelRule[] = [
  {
    rule: '!isCIDR(self) || cidr(self).prefixLength() >= (cidr(self).ip().family() == 4 ? 8 : 16)',
    message:
      "0.0.0.0/0, ::/0 and other networks wider than /8 (IPv4) or /16 (IPv6) are refused: list the servers' own addresses, such as 192.0.2.25/32",
  },
  {
    rule: `!isCIDR(self) || !${neverList}.exists(n, cidr(n).containsCIDR(self) || cidr(self).containsCIDR(n))`,
    message: `loopback, link-local and metadata addresses (${neverReachable.join(', ')}) are refused: write a network without them`,
  },
]

const isNetwork = (value: string): boolean => z.cidrv4().safeParse(value).success || z.cidrv6().safeParse(value).success

const cidrField = (description: string, rules: readonly CelRule[]): z.ZodString =>
  z.string().max(49).refine(isNetwork, 'must be a network in CIDR form').meta(kubernetesMeta(description, rules))

/** Where connections may come from. */
export const sourceNetworkField = (description: string): z.ZodString => cidrField(description, wellFormed)

/** Where connections may go: narrow, and never to metadata services. */
export const destinationNetworkField = (description: string): z.ZodString => cidrField(description, [...wellFormed, ...narrow])
