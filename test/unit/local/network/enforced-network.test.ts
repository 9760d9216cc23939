import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compilePolicies } from '../../../../local/node/network/compile-policies.ts'
import { readPolicy } from '../../../../local/node/network/enforced-network.ts'
import { nodeRuleset } from '../../../../local/node/network/node-ruleset.ts'
import { endpointSliceSchema, serviceSchema, servicePorts } from '../../../../local/node/network/service-ports.ts'
import { podOf } from '../../../support/policy-fixtures.ts'

const metadata = { name: 'odd', namespace: 'team' }
const apiServer = { address: '10.245.0.1', port: 6443 }

test('a policy with a field that this node does not know closes its whole namespace, in both directions', () => {
  const ingress = [{ from: [{ podSelector: {}, unknownPeerField: true }] }]
  const policy = readPolicy({ metadata, spec: { podSelector: { matchLabels: { role: 'nobody' } }, ingress } })
  const text = compilePolicies({ pods: [podOf('agent', ['10.244.0.1'])], namespaces: [{ name: 'team', labels: {} }], policies: [policy] })
  assert.match(text, /chain egress_0 \{[^}]*# team\/odd\n {4}drop/)
  assert.match(text, /chain ingress_0 \{[^}]*# team\/odd\n {4}drop/)
})

test('a policy that it knows is kept as it is', () => {
  const spec = { podSelector: { matchLabels: { role: 'agent' } }, policyTypes: ['Egress'] }
  assert.deepEqual(readPolicy({ metadata, spec }), { metadata, spec })
})

const slice = (ready: boolean | undefined, address: string): ReturnType<typeof endpointSliceSchema.parse> =>
  endpointSliceSchema.parse({
    metadata: { namespace: 'team', labels: { 'kubernetes.io/service-name': 'cloud' } },
    endpoints: [{ addresses: [address], conditions: ready === undefined ? {} : { ready } }],
    ports: [{ name: 'https', port: 443 }],
  })

const service = (namespace: string, name: string, clusterIPs: readonly string[]): ReturnType<typeof serviceSchema.parse> =>
  serviceSchema.parse({ metadata: { namespace, name }, spec: { clusterIPs, ports: [{ name: 'https', port: 8443 }] } })

test('a Service leads to its ready endpoints alone, and a namesake in another namespace to none of them', () => {
  const slices = [slice(true, '10.244.0.1'), slice(false, '10.244.0.2'), slice(undefined, '10.244.0.3')]
  const [own] = servicePorts([service('team', 'cloud', ['10.96.0.5'])], slices, apiServer)
  assert.deepEqual(own?.endpoints, [
    { address: '10.244.0.1', port: 443 },
    { address: '10.244.0.3', port: 443 },
  ])
  assert.deepEqual(servicePorts([service('other', 'cloud', ['10.96.0.6'])], slices, apiServer)[0]?.endpoints, [])
})

test('only default/kubernetes leads to the API server; a headless Service leads nowhere', () => {
  assert.deepEqual(servicePorts([service('default', 'kubernetes', ['10.96.0.1'])], [], apiServer)[0]?.endpoints, [apiServer])
  assert.deepEqual(servicePorts([service('team', 'kubernetes', ['10.96.0.7'])], [], apiServer)[0]?.endpoints, [])
  assert.deepEqual(servicePorts([service('team', 'cloud', ['None'])], [slice(true, '10.244.0.1')], apiServer), [])
})

test("the API server's port on the node is judged by the pod's policies, never simply accepted", () => {
  const wires = [{ interface: 'wire1', addresses: ['10.244.0.1'] }]
  const text = nodeRuleset({ world: { pods: [], namespaces: [], policies: [] }, wires, services: [], apiServer, enforcePolicies: true })
  assert.match(text, /iifname \{ "wire1" \} ip daddr 10\.245\.0\.1 tcp dport 6443 jump judge/)
  assert.doesNotMatch(text, /dport 6443 accept/)
})
