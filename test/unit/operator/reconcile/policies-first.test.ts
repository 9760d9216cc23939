import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { kinds } from '../../../../operator/cluster/kinds.ts'
import type { KubernetesObject } from '../../../../operator/cluster/kubernetes-object.ts'
import { fakeOperator } from '../../../support/operator/fake-operator.ts'
import { sceneWith, type Scene } from '../../../support/operator/fake-installation.ts'

const machines = ({ api }: Scene): number => api.all().filter(({ kind }) => kind === 'VirtualMachine').length

const foreign = (spec: object): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'allow-all', namespace: 'team-a' },
  spec,
})

describe('no machine without its policies', () => {
  it('when a webhook adds a door to one of them', async () => {
    const scene = sceneWith()
    scene.api.webhooks.push((object) =>
      object.kind === 'NetworkPolicy' && object.metadata.name === 'aria-ollama'
        ? { ...object, spec: { ...(object['spec'] as object), egress: [{}] } }
        : object,
    )
    await fakeOperator(scene.api).settle()
    assert.equal(machines(scene), 0)
    assert.deepEqual(
      [scene.condition('NetworkPoliciesStored')?.status, scene.condition('NetworkPoliciesStored')?.reason],
      ['False', 'Mismatch'],
    )
    assert.match(scene.condition('Stalled')?.message ?? '', /aria-ollama.*spec\.egress/)
  })

  it('when a client library drops `from`', async () => {
    const scene = sceneWith()
    scene.api.webhooks.push((object) =>
      object.kind === 'NetworkPolicy' ? (JSON.parse(JSON.stringify(object).replaceAll('"from":', '"_from":')) as KubernetesObject) : object,
    )
    await fakeOperator(scene.api).settle()
    assert.equal(machines(scene), 0)
    assert.equal(scene.condition('NetworkPoliciesStored')?.reason, 'Mismatch')
  })

  it('when one of them is refused', async () => {
    const scene = sceneWith()
    const { ApiError } = await import('../../../../operator/cluster/api-error.ts')
    scene.api.faults.before = ({ kind, name }) => {
      if (kind === 'NetworkPolicy' && name === 'aria-agent')
        throw new ApiError('applying', 403, '{"message":"quota of policies is used up"}')
    }
    await fakeOperator(scene.api).settle()
    assert.equal(machines(scene), 0)
    assert.match(scene.condition('Stalled')?.message ?? '', /quota of policies is used up/)
  })

  it('when somebody else’s policy widens them; it goes on by itself when that is gone', async () => {
    const scene = sceneWith()
    scene.api.put(foreign({ podSelector: {}, policyTypes: ['Egress'], egress: [{}] }))
    const operator = fakeOperator(scene.api)
    await operator.settle()
    assert.equal(machines(scene), 0)
    assert.equal(scene.condition('NetworkPoliciesStored')?.reason, 'ForeignPolicyWidens')
    assert.match(scene.condition('Stalled')?.message ?? '', /allow-all/)
    scene.api.drop(kinds.networkPolicy, 'team-a', 'allow-all')
    await operator.settle()
    assert.equal(machines(scene), 3)
    assert.equal(scene.condition('NetworkPoliciesStored')?.status, 'True')
  })

  it('but a policy that only denies, or selects others, is nobody’s business', async () => {
    const scene = sceneWith()
    scene.api.put(foreign({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }))
    scene.api.put({
      ...foreign({ podSelector: { matchLabels: { app: 'shop' } }, ingress: [{}] }),
      metadata: { name: 'shop', namespace: 'team-a' },
    })
    await fakeOperator(scene.api).settle()
    assert.equal(machines(scene), 3)
  })

  it('and running machines are left running, and reported, when a policy comes to widen them', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    scene.api.put(foreign({ podSelector: { matchExpressions: [{ key: 'kubevirt.io', operator: 'Exists' }] }, ingress: [{}] }))
    await operator.settle()
    assert.equal(machines(scene), 3)
    assert.equal(scene.condition('NetworkPoliciesStored')?.status, 'False')
    assert.ok(operator.notices.some(({ reason }) => reason === 'ForeignPolicyWidens'))
  })
})
