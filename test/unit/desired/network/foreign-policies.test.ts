import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foreignPolicies } from '../../../../operator/desired/network/foreign-policies.ts'
import { networkPolicies } from '../../../../operator/desired/network/policies.ts'
import { foundationFacts } from '../../../support/desired-facts.ts'
import { storedMoltagent } from '../../../support/stored-moltagent.ts'

const moltagent = storedMoltagent()
const other = storedMoltagent({ name: 'bruno', uid: '00000000-0000-4000-8000-00000000000b' })

const policy = (podSelector: unknown, rules: object = { egress: [{}] }) => ({
  metadata: { name: 'theirs' },
  spec: { podSelector, ...rules },
})

const found = (podSelector: unknown, rules?: object) => foreignPolicies(moltagent, [policy(podSelector, rules)])[0]?.roles ?? []

test('our own policies, and those of another instance, widen nothing', () => {
  const stored = [moltagent, other].flatMap((instance) => networkPolicies(instance, foundationFacts.configuration, false))
  assert.deepEqual(foreignPolicies(moltagent, stored), [])
})

test('a policy that selects everything and allows something is named with its directions', () => {
  assert.deepEqual(foreignPolicies(moltagent, [policy({}, { ingress: [{}] })]), [
    { name: 'theirs', roles: ['nextcloud', 'agent', 'ollama'], directions: ['Ingress'] },
  ])
  assert.deepEqual(found(undefined), ['nextcloud', 'agent', 'ollama'])
})

test('a policy that only denies may stay', () => {
  assert.deepEqual(found({}, { policyTypes: ['Ingress', 'Egress'] }), [])
})

test('policies are found by our labels and by those that KubeVirt adds', () => {
  assert.deepEqual(found({ matchLabels: { 'moltagent.cloud/role': 'agent' } }), ['agent'])
  assert.deepEqual(found({ matchLabels: { 'kubevirt.io': 'virt-launcher' } }), ['nextcloud', 'agent', 'ollama'])
  assert.deepEqual(found({ matchLabels: { 'kubevirt.io': 'virt-handler' } }), [])
  assert.deepEqual(found({ matchLabels: { 'vm.kubevirt.io/name': 'aria-ollama' } }), ['ollama'])
  assert.deepEqual(found({ matchLabels: { 'kubevirt.io/created-by': 'some-uid' } }), ['nextcloud', 'agent', 'ollama'])
})

test('expressions count, and what is unknown is taken to select', () => {
  const expression = (operator: string, key: string, values?: string[]) => ({
    matchExpressions: [{ key, operator, ...(values && { values }) }],
  })
  assert.deepEqual(found(expression('NotIn', 'app', ['web'])), ['nextcloud', 'agent', 'ollama'])
  assert.deepEqual(found(expression('In', 'app', ['web'])), [])
  assert.deepEqual(found(expression('Exists', 'app')), [])
  assert.deepEqual(found(expression('DoesNotExist', 'app')), ['nextcloud', 'agent', 'ollama'])
  assert.deepEqual(found(expression('DoesNotExist', 'moltagent.cloud/role')), [])
  assert.deepEqual(found(expression('NotIn', 'moltagent.cloud/role', ['agent'])), ['nextcloud', 'ollama'])
  assert.deepEqual(found(expression('DoesNotExist', 'kubevirt.io/migrationJobUID')), ['nextcloud', 'agent', 'ollama'])
  assert.deepEqual(found(expression('Resembles', 'moltagent.cloud/role')), ['nextcloud', 'agent', 'ollama'])
})

test('a policy that carries our labels under another name is foreign all the same', () => {
  const [own] = networkPolicies(moltagent, foundationFacts.configuration, false)
  const imposter = { ...own, metadata: { ...own?.metadata, name: 'aria-extra' } }
  assert.deepEqual(foreignPolicies(moltagent, [imposter])[0]?.name, 'aria-extra')
})

test('what cannot be read counts as widening everything', () => {
  assert.deepEqual(foreignPolicies(moltagent, [{ metadata: { name: 'odd' }, spec: { podSelector: 'all' } }])[0]?.name, 'odd')
  assert.equal(foreignPolicies(moltagent, ['nonsense']).length, 1)
})
