import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { compilePolicies } from '../../../../local/node/network/compile-policies.ts'
import { nodeRuleset } from '../../../../local/node/network/node-ruleset.ts'
import { agentToNextcloud, podOf, policy } from '../../../support/policy-fixtures.ts'

const pods = [
  podOf('agent', ['10.244.0.1', 'fd00:244::1']),
  podOf('nextcloud', ['10.244.0.2', 'fd00:244::2']),
  podOf('stranger', ['10.244.0.3']),
]
const namespaces = [
  { name: 'team', labels: { team: 'a' } },
  { name: 'other', labels: { team: 'b' } },
]
const compile = (policies: Parameters<typeof compilePolicies>[0]['policies'], more: typeof pods = []): string =>
  compilePolicies({ pods: [...pods, ...more], namespaces, policies })

test('the ruleset of a default deny with one edge is the golden one', () => {
  const ruleset = nodeRuleset({
    world: { pods, namespaces, policies: agentToNextcloud },
    wires: pods.map((pod, index) => ({ interface: `wire${index + 1}`, addresses: pod.addresses })),
    services: [{ name: 'nextcloud', protocol: 'TCP', address: '10.96.0.5', port: 443, endpoints: [{ address: '10.244.0.2', port: 443 }] }],
    enforcePolicies: true,
  })
  const golden = new URL('golden/agent-to-nextcloud.nft', import.meta.url)
  if (process.env['UPDATE_GOLDEN']) writeFileSync(golden, ruleset)
  assert.equal(ruleset, readFileSync(golden, 'utf8'))
})

test('a pod that no policy selects has no chain: it is open, as the specification says', () => {
  assert.doesNotMatch(compile(agentToNextcloud), /team\/stranger/)
})

test('an ingress policy without policyTypes does not close egress', () => {
  const text = compile([policy('in', { podSelector: {} })])
  assert.match(text, /chain ingress_0/)
  assert.doesNotMatch(text, /chain egress_0/)
})

test('an empty rule allows everything, an empty list nothing', () => {
  assert.match(compile([policy('all', { podSelector: {}, ingress: [{}] })]), /# team\/all\n {4}return\n {4}drop/)
  assert.match(compile([policy('none', { podSelector: {}, ingress: [] })]), /# team\/none\n {4}drop/)
})

test('a peer that matches no pod allows nothing rather than everything', () => {
  const text = compile([policy('nobody', { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { role: 'absent' } } }] }] })])
  assert.match(text, /# team\/nobody\n {4}drop/)
})

test('a namespace selector reaches pods of that namespace only', () => {
  const text = compile(
    [policy('b', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'b' } } }] }] })],
    [podOf('guest', ['10.244.0.9'], 'other')],
  )
  assert.match(text, /ct reply ip daddr \{ 10\.244\.0\.9 \} return/)
  assert.doesNotMatch(text, /10\.244\.0\.3 \} return/)
})

test('exceptions of an address block are cut out', () => {
  const text = compile([
    policy('block', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }],
    }),
  ])
  assert.match(text, /ct reply ip saddr 10\.0\.0\.0\/8 ct reply ip saddr != \{ 10\.1\.0\.0\/16 \} return/)
})

test('a named port is the number that the serving pod gives it, and allows nothing where no pod has it', () => {
  assert.match(
    compile([policy('named', { podSelector: {}, ingress: [{ ports: [{ protocol: 'TCP', port: 'https' }] }] })]),
    /meta l4proto tcp ct reply proto-src 443 return/,
  )
  assert.match(
    compile([policy('typo', { podSelector: {}, ingress: [{ ports: [{ protocol: 'TCP', port: 'htps' }] }] })]),
    /# team\/typo\n {4}drop/,
  )
})

test('port ranges and protocols are kept', () => {
  const text = compile([
    policy('range', { podSelector: {}, ingress: [{ ports: [{ protocol: 'UDP', port: 100, endPort: 200 }, { protocol: 'TCP' }] }] }),
  ])
  assert.match(text, /meta l4proto udp ct reply proto-src 100-200 return/)
  assert.match(text, /meta l4proto tcp return/)
})
