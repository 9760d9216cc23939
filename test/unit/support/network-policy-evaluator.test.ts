import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Connection, type Endpoint, isAllowed, type Policy, selects } from '../../support/network-policy/evaluator.ts'

const pod = (name: string, namespace: string, labels: Record<string, string>, host: number): Endpoint => ({
  name,
  namespace,
  labels,
  addresses: { ipv4: `10.1.0.${host}`, ipv6: `fd00:1::${host}` },
})

const database = pod('database', 'default', { role: 'db' }, 1)
const frontend = pod('frontend', 'default', { role: 'frontend' }, 2)
const client = pod('client', 'other', { role: 'client' }, 3)
const outside: Endpoint = { name: 'outside', addresses: { ipv4: '172.17.5.5', ipv6: '2001:db8::5' } }
const namespaces = { default: { 'kubernetes.io/metadata.name': 'default' }, other: { project: 'myproject' } }

const policy = (spec: Partial<Policy['spec']>): Policy => ({
  metadata: { name: 'test', namespace: 'default' },
  spec: { podSelector: { matchLabels: { role: 'db' } }, ...spec },
})

const allowed = (policies: readonly Policy[], connection: Partial<Connection>): boolean =>
  isAllowed({ namespaces, policies }, { from: frontend, to: database, family: 'ipv4', protocol: 'TCP', port: 6379, ...connection })

test('pods that no policy selects are not isolated', () => {
  assert.ok(allowed([], {}))
  assert.ok(allowed([policy({ podSelector: { matchLabels: { role: 'web' } }, policyTypes: ['Ingress', 'Egress'] })], {}))
})

test('a policy without rules denies its directions and no other', () => {
  const denyIngress = policy({ policyTypes: ['Ingress'] })
  assert.equal(allowed([denyIngress], {}), false)
  assert.ok(allowed([denyIngress], { from: database, to: frontend }))
  assert.equal(allowed([policy({ policyTypes: ['Egress'] })], { from: database, to: frontend }), false)
})

test('a policy of another namespace does not apply', () => {
  const elsewhere: Policy = { ...policy({ policyTypes: ['Ingress'] }), metadata: { name: 'test', namespace: 'other' } }
  assert.ok(allowed([elsewhere], {}))
})

test('an empty pod selector selects every pod of the namespace', () => {
  assert.equal(allowed([policy({ podSelector: {}, policyTypes: ['Ingress'] })], { from: database, to: frontend }), false)
})

test('a rule without peers lets everybody in and one without ports opens all of them', () => {
  assert.ok(allowed([policy({ ingress: [{}] })], { from: outside, port: 1, protocol: 'UDP' }))
  assert.ok(allowed([policy({ ingress: [{ from: [], ports: [{ protocol: 'TCP', port: 6379 }] }] })], { from: outside }))
  assert.equal(allowed([policy({ ingress: [{ ports: [{ port: 6379 }] }] })], { protocol: 'UDP' }), false)
})

test('policy types are implied by the rules where they are not given', () => {
  assert.ok(allowed([policy({ ingress: [{}] })], { from: database, to: frontend }))
  const withEgress = policy({ ingress: [{}], egress: [{ to: [{ podSelector: { matchLabels: { role: 'nobody' } } }] }] })
  assert.equal(allowed([withEgress], { from: database, to: frontend }), false)
})

test('a pod selector alone means pods of the policy namespace', () => {
  const rules = policy({ ingress: [{ from: [{ podSelector: {} }] }] })
  assert.ok(allowed([rules], {}))
  assert.equal(allowed([rules], { from: client }), false)
  assert.equal(allowed([rules], { from: outside }), false)
})

test('a namespace selector alone means every pod of those namespaces', () => {
  const rules = policy({ ingress: [{ from: [{ namespaceSelector: { matchLabels: { project: 'myproject' } } }] }] })
  assert.ok(allowed([rules], { from: client }))
  assert.equal(allowed([rules], {}), false)
  assert.ok(allowed([policy({ ingress: [{ from: [{ namespaceSelector: {} }] }] })], {}))
})

test('both selectors in one peer are an and, in two peers an or', () => {
  const namespaceSelector = { matchLabels: { project: 'myproject' } }
  const podSelector = { matchLabels: { role: 'frontend' } }
  const both = policy({ ingress: [{ from: [{ namespaceSelector, podSelector }] }] })
  assert.equal(allowed([both], {}), false)
  assert.equal(allowed([both], { from: client }), false)
  const either = policy({ ingress: [{ from: [{ namespaceSelector }, { podSelector }] }] })
  assert.ok(allowed([either], {}))
  assert.ok(allowed([either], { from: client }))
})

test('an address block goes by family, with its exceptions', () => {
  const block = policy({ ingress: [{ from: [{ ipBlock: { cidr: '172.17.0.0/16', except: ['172.17.1.0/24'] } }] }] })
  assert.ok(allowed([block], { from: outside }))
  assert.equal(allowed([block], { from: { ...outside, addresses: { ipv4: '172.17.1.9' } } }), false)
  assert.equal(allowed([block], { from: outside, family: 'ipv6' }), false)
  const sixth = policy({ ingress: [{ from: [{ ipBlock: { cidr: '2001:db8::/32' } }] }] })
  assert.ok(allowed([sixth], { from: outside, family: 'ipv6' }))
  assert.equal(allowed([sixth], { from: outside }), false)
})

test('ports: range, protocol, name', () => {
  const open = (port: object): Policy => policy({ ingress: [{ ports: [port] }] })
  assert.ok(allowed([open({ port: 6000, endPort: 6400 })], {}))
  assert.equal(allowed([open({ port: 6000, endPort: 6378 })], {}), false)
  assert.ok(allowed([open({ protocol: 'UDP' })], { protocol: 'UDP' }))
  assert.equal(allowed([open({ port: 'redis' })], {}), false)
})

test('policies add up and both ends must allow', () => {
  const deny = policy({ policyTypes: ['Ingress'] })
  const open = policy({ ingress: [{ from: [{ podSelector: { matchLabels: { role: 'frontend' } } }] }] })
  assert.ok(allowed([deny, open], {}))
  const mute = policy({ podSelector: { matchLabels: { role: 'frontend' } }, policyTypes: ['Egress'] })
  assert.equal(allowed([deny, open, mute], {}), false)
})

test('a pod reaches itself; an end without an address of the family is not reached', () => {
  const deny = policy({ policyTypes: ['Ingress', 'Egress'] })
  assert.ok(allowed([deny], { from: database }))
  assert.equal(allowed([], { to: { ...database, addresses: { ipv4: '10.1.0.1' } }, family: 'ipv6' }), false)
})

test('selector expressions', () => {
  const labels = { app: 'web' }
  const select = (operator: string, key: string, values?: string[]): boolean =>
    selects({ matchExpressions: [{ key, operator, ...(values && { values }) }] }, labels)
  assert.ok(select('In', 'app', ['web', 'api']) && !select('In', 'app', ['api']) && !select('In', 'tier', ['web']))
  assert.ok(!select('NotIn', 'app', ['web']) && select('NotIn', 'app', ['api']) && select('NotIn', 'tier', ['web']))
  assert.ok(select('Exists', 'app') && !select('Exists', 'tier'))
  assert.ok(!select('DoesNotExist', 'app') && select('DoesNotExist', 'tier'))
  assert.throws(() => select('Like', 'app'), /no operator Like/)
})
