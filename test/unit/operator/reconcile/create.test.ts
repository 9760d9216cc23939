import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { kinds } from '../../../../operator/cluster/kinds.ts'
import { fakeOperator, home } from '../../../support/operator/fake-operator.ts'
import { sceneWith } from '../../../support/operator/fake-installation.ts'

const key = 'team-a/aria'

describe('a new Moltagent', () => {
  it('takes its seventeen objects, the finalizer and one status: no write more', async () => {
    const { api } = sceneWith()
    await fakeOperator(api).settle()
    const names = api.writes.map(({ kind, name, subresource }) => [kind, name, subresource].filter(Boolean).join(' ')).sort()
    assert.equal(names.length, 19, names.join('\n'))
    assert.equal(new Set(names).size, 19)
  })

  it('stores all policies before anything else, and machines last', async () => {
    const { api } = sceneWith()
    await fakeOperator(api).settle()
    const order = api.writes.map(({ kind, subresource }) => (subresource === undefined ? kind : 'status'))
    assert.deepEqual(order.slice(0, 4).sort(), ['Moltagent', 'NetworkPolicy', 'NetworkPolicy', 'NetworkPolicy'])
    assert.deepEqual(order.slice(-4), ['VirtualMachine', 'VirtualMachine', 'VirtualMachine', 'status'])
    const boot = order.lastIndexOf('Secret')
    assert.ok(order.lastIndexOf('Service') < boot, 'boot data holds the addresses of Services')
  })

  it('is left alone once it is as wanted: ten forced reconciles and a restart write nothing', async () => {
    const { api } = sceneWith()
    const operator = fakeOperator(api)
    await operator.settle()
    const before = api.writes.length
    for (let count = 0; count < 10; count += 1) await operator.force(key)
    operator.stop()
    const next = fakeOperator(api)
    await next.settle()
    await next.force(key)
    assert.deepEqual(api.writes.slice(before), [])
  })

  it('has its keys in the namespace of the operator alone', async () => {
    const { api } = sceneWith()
    await fakeOperator(api).settle()
    const secrets = api.all().filter(({ kind }) => kind === 'Secret')
    const keys = secrets.filter(({ metadata }) => metadata.namespace === home)
    assert.equal(keys.length, 1)
    const data = (keys[0]?.['data'] ?? {}) as Record<string, string>
    const authorityKey = data['authority.key'] ?? ''
    const sshKey = data['ssh.key'] ?? ''
    for (const secret of secrets.filter((each) => each !== keys[0])) {
      const text = Object.values(secret['data'] as Record<string, string>)
        .map((value) => Buffer.from(value, 'base64').toString('utf8'))
        .join()
      for (const forbidden of [authorityKey, sshKey]) {
        const inner = Buffer.from(forbidden, 'base64').toString('utf8').split('\n')[1] ?? 'missing'
        assert.ok(!text.includes(inner), `${secret.metadata.name} holds a key of the operator`)
      }
    }
  })

  it('says that nothing is Ready yet, and why', async () => {
    const scene = sceneWith()
    await fakeOperator(scene.api).settle()
    assert.deepEqual([scene.condition('Ready')?.status, scene.condition('Ready')?.reason], ['False', 'NotReady'])
    assert.match(scene.condition('Ready')?.message ?? '', /NextcloudReady.*Provisioned.*NetworkIsolated/)
    assert.equal(scene.condition('NetworkPoliciesStored')?.status, 'True')
    assert.equal(scene.condition('Stalled')?.status, 'False')
    assert.equal(scene.status()['observedGeneration'], 1)
  })

  it('without an image anywhere is Stalled, with the field to write, and makes no machine', async () => {
    const scene = sceneWith()
    const { foundationFacts } = await import('../../../support/desired-facts.ts')
    const desired = { ...foundationFacts.configuration, images: {} }
    await fakeOperator(scene.api, { configuration: { desired } }).settle()
    assert.equal(scene.condition('Stalled')?.reason, 'ImageNotConfigured')
    assert.match(scene.condition('Stalled')?.message ?? '', /spec\.nextcloud\.image/)
    assert.equal(scene.read(kinds.virtualMachine, 'aria-agent'), undefined)
    await fakeOperator(scene.api).settle()
    assert.equal(scene.condition('Stalled')?.status, 'False')
    assert.ok(scene.read(kinds.virtualMachine, 'aria-agent'))
  })

  it('adopts an account Secret that is there already, as it is', async () => {
    const scene = sceneWith()
    scene.api.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'aria-account', namespace: 'team-a' },
      data: { grant: 'Y2FuYXJ5' },
    })
    await fakeOperator(scene.api).settle()
    assert.deepEqual(scene.read(kinds.secret, 'aria-account')?.['data'], { grant: 'Y2FuYXJ5' })
    assert.equal(scene.condition('Stalled')?.status, 'False')
  })
})
