import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Moltagent } from '../../../../operator/api/moltagent.ts'
import { roles } from '../../../../operator/api/roles.ts'
import { networkPolicies } from '../../../../operator/desired/network/policies.ts'
import type { NetworkPolicy } from '../../../../operator/desired/objects.ts'
import { specArbitrary } from '../../../support/arbitrary/moltagent-arbitrary.ts'
import { foundationFacts } from '../../../support/desired-facts.ts'
import { compareWithMatrix } from '../../../support/network-policy/matrix-violations.ts'
import type { Instance } from '../../../support/network-policy/world.ts'
import { storedMoltagent } from '../../../support/stored-moltagent.ts'

const uids = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-00000000000c']

/** Two instances in one namespace, the second with the same kind of resource, and one elsewhere. */
const three = fc.tuple(fc.tuple(specArbitrary, specArbitrary, specArbitrary), fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()))

interface Built {
  readonly moltagent: Moltagent
  readonly instance: Instance
  readonly policies: readonly NetworkPolicy[]
}

function build([specs, revoked]: typeof three extends fc.Arbitrary<infer Value> ? Value : never): readonly Built[] {
  return specs.map((spec, index) => {
    const namespace = index === 2 ? 'team-b' : 'team-a'
    const moltagent = storedMoltagent({ name: index === 1 ? 'bruno' : 'aria', namespace, uid: uids[index] ?? '', spec })
    const isRevoked = revoked[index] ?? false
    const { access, egress } = moltagent.spec.nextcloud
    return {
      moltagent,
      instance: { ...moltagent.metadata, access, egress, revoked: isRevoked },
      policies: networkPolicies(moltagent, foundationFacts.configuration, isRevoked),
    }
  })
}

test('for 200 random Moltagents the policies allow exactly the edges of the matrix', () => {
  let allowed = 0
  fc.assert(
    fc.property(three, (input) => {
      const built = build(input)
      const outcome = compareWithMatrix(
        built.map(({ instance }) => instance),
        built.flatMap(({ policies }) => policies),
      )
      allowed += outcome.allowed
      assert.deepEqual(outcome.violations, [])
    }),
    { numRuns: 67 },
  )
  assert.ok(allowed > 1000)
})

type Spec = NetworkPolicy['spec']

const sabotages: Readonly<Record<string, (spec: Spec) => object>> = {
  'egress is not isolated': (spec) => ({ ...spec, policyTypes: ['Ingress'] }),
  'ingress is not isolated': (spec) => ({ ...spec, policyTypes: ['Egress'] }),
  'rules have lost `from`, as one client would send them': (spec) => ({ ...spec, ingress: spec.ingress.map(({ ports }) => ({ ports })) }),
  'rules have lost `to`': (spec) => ({ ...spec, egress: spec.egress.map(({ ports }) => ({ ports })) }),
  'ingress rules have lost their ports': (spec) => ({ ...spec, ingress: spec.ingress.map(({ from }) => ({ from })) }),
  'the policy selects no pod': (spec) => ({ ...spec, podSelector: { matchLabels: { no: 'pod' } } }),
  'name resolution is let out': (spec) => ({ ...spec, egress: [{ ports: [{ protocol: 'UDP', port: 53 }] }] }),
  'ingress from the whole namespace': (spec) => ({ ...spec, ingress: [{ from: [{ podSelector: {} }] }] }),
  'egress over IPv6 only': (spec) => ({ ...spec, egress: [{ to: [{ ipBlock: { cidr: '::/0' } }] }] }),
}

for (const [what, sabotage] of Object.entries(sabotages)) {
  test(`the comparison finds it when ${what}`, () => {
    const moltagent = storedMoltagent({ uid: uids[0] ?? '' })
    const instance = { ...moltagent.metadata, access: [], egress: [], revoked: false }
    const policies = networkPolicies(moltagent, foundationFacts.configuration, false)
    assert.deepEqual(compareWithMatrix([instance], policies).violations, [])
    const found = roles.map((_, broken) => {
      const sabotaged = policies.map((policy, index) => (index === broken ? { ...policy, spec: sabotage(policy.spec) } : policy))
      return compareWithMatrix([instance], sabotaged as NetworkPolicy[]).violations.length
    })
    // Ollama has no egress to lose `to` from.
    assert.ok(found.filter((count) => count > 0).length >= 2, `violations by policy: ${found.join(', ')}`)
  })
}
