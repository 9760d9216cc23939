import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkPolicies } from '../../../../operator/desired/network/policies.ts'
import { policyDifferences } from '../../../../operator/desired/network/policy-differences.ts'
import type { NetworkPolicy } from '../../../../operator/desired/objects.ts'
import { foundationFacts } from '../../../support/desired-facts.ts'
import { storedMoltagent } from '../../../support/stored-moltagent.ts'

const policies = networkPolicies(storedMoltagent(), foundationFacts.configuration, false)

const differences = (change: (spec: NetworkPolicy['spec']) => unknown): readonly (readonly string[])[] =>
  policies.map((policy) => policyDifferences(policy, { ...policy, spec: change(policy.spec) }))

test('what is stored as meant has no difference, however empty parts are spelt', () => {
  assert.deepEqual(
    differences((spec) => structuredClone(spec)),
    [[], [], []],
  )
  assert.deepEqual(
    differences((spec) => ({ ...spec, egress: spec.egress.length > 0 ? spec.egress : undefined })),
    [[], [], []],
  )
  assert.deepEqual(
    differences((spec) => ({ ...spec, podSelector: { ...spec.podSelector, matchExpressions: [] } })),
    [[], [], []],
  )
})

test('rules that lost their sources are a difference in every spelling', () => {
  const lost = [['spec.ingress'], ['spec.ingress'], ['spec.ingress']]
  assert.deepEqual(
    differences((spec) => ({ ...spec, ingress: spec.ingress.map(({ ports }) => ({ ports })) })),
    lost,
  )
  assert.deepEqual(
    differences((spec) => ({ ...spec, ingress: spec.ingress.map(({ ports }) => ({ ports, from: [] })) })),
    lost,
  )
  assert.deepEqual(
    differences((spec) => ({ ...spec, ingress: spec.ingress.map((rule) => ({ ...rule, from: [{ podSelector: {} }] })) })),
    lost,
  )
})

test('one rule, port, type or field more or less is a difference', () => {
  const changed = (change: (spec: NetworkPolicy['spec']) => unknown) => differences(change).every((fields) => fields.length > 0)
  assert.ok(changed((spec) => ({ ...spec, ingress: [...spec.ingress, {}] })))
  assert.ok(changed((spec) => ({ ...spec, egress: [{ ports: [{ protocol: 'UDP', port: 53 }] }] })))
  assert.ok(changed((spec) => ({ ...spec, policyTypes: ['Ingress'] })))
  assert.ok(changed((spec) => ({ ...spec, podSelector: {} })))
  assert.ok(changed((spec) => ({ ...spec, future: true })))
  assert.ok(
    changed((spec) => ({
      ...spec,
      ingress: spec.ingress.map((rule) => ({ ...rule, ports: [...rule.ports, { protocol: 'TCP', port: 1, endPort: 9 }] })),
    })),
  )
})

test('a policy that is not there, or is no policy, differs', () => {
  const [policy] = policies
  assert.ok(policy)
  assert.deepEqual(policyDifferences(policy, undefined), ['spec'])
  assert.deepEqual(policyDifferences(policy, { spec: [] }), ['spec'])
})
