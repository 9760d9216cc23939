import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { kinds } from '../../../../operator/cluster/kinds.ts'
import type { KubernetesObject } from '../../../../operator/cluster/kubernetes-object.ts'
import { storedMoltagent } from '../../../support/stored-moltagent.ts'
import { fakeOperator } from '../../../support/operator/fake-operator.ts'
import { sceneWith, type Scene } from '../../../support/operator/fake-installation.ts'

const remaining = ({ api }: Scene): readonly string[] =>
  api
    .all()
    .filter(({ kind }) => kind !== 'Moltagent')
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .sort()

/** What Kubernetes' garbage collector would take. */
const ownerless = (scene: Scene): readonly string[] =>
  scene.api
    .all()
    .filter(({ metadata }) => metadata.ownerReferences === undefined)
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .sort()

async function deleted(scene: Scene): Promise<void> {
  const operator = fakeOperator(scene.api)
  await operator.settle()
  scene.api.writes.splice(0)
  scene.api.drop(kinds.moltagent, 'team-a', 'aria')
  await operator.settle()
}

describe('deletion', () => {
  it('stops machines first, removes policies last, then lets the resource go', async () => {
    const scene = sceneWith()
    await deleted(scene)
    await fakeOperator(scene.api).settle()
    const order = scene.api.writes.map(({ kind }) => kind)
    assert.deepEqual(order.slice(0, 3), ['VirtualMachine', 'VirtualMachine', 'VirtualMachine'])
    assert.deepEqual(order.slice(-4), ['NetworkPolicy', 'NetworkPolicy', 'NetworkPolicy', 'Moltagent'])
    assert.equal(scene.read(kinds.moltagent, 'aria'), undefined)
  })

  it('keeps policies while a pod of a machine is still there', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    const { labels } = scene.read(kinds.virtualMachine, 'aria-agent')?.metadata ?? {}
    scene.api.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'virt-launcher-aria-agent', namespace: 'team-a', ...(labels && { labels }) },
    })
    scene.api.drop(kinds.moltagent, 'team-a', 'aria')
    await operator.settle()
    await operator.force('team-a/aria')
    assert.ok(scene.read(kinds.networkPolicy, 'aria-agent'))
    assert.ok(scene.read(kinds.moltagent, 'aria'))
    scene.api.drop(kinds.pod, 'team-a', 'virt-launcher-aria-agent')
    await operator.force('team-a/aria')
    assert.equal(scene.read(kinds.networkPolicy, 'aria-agent'), undefined)
    assert.equal(scene.read(kinds.moltagent, 'aria'), undefined)
  })

  it('with Retain keeps both claims and the administrator, unowned, and a new resource of the name adopts them', async () => {
    const scene = sceneWith()
    await deleted(scene)
    assert.deepEqual(
      remaining(scene).filter((name) => !name.includes('account')),
      ['PersistentVolumeClaim aria-agent-data', 'PersistentVolumeClaim aria-nextcloud-data', 'Secret aria-admin'],
    )
    assert.deepEqual(
      ownerless(scene),
      remaining(scene).filter((name) => !name.includes('account')),
    )
    const password = scene.secretText('aria-admin', 'password')
    const claimUid = scene.read(kinds.claim, 'aria-nextcloud-data')?.metadata.uid
    // Garbage collection takes what was owned.
    scene.api.drop(kinds.secret, 'team-a', 'aria-account')
    const uid = '7b0b1f6e-27b5-4c5a-9d3b-0f6c2d6f1a22'
    scene.api.put(asStored(uid))
    await fakeOperator(scene.api).settle()
    const claim = scene.read(kinds.claim, 'aria-nextcloud-data')
    assert.equal(claim?.metadata.uid, claimUid)
    assert.equal(claim?.metadata.labels?.['moltagent.cloud/uid'], uid)
    assert.equal(scene.secretText('aria-admin', 'password'), password)
    assert.equal(scene.condition('Stalled')?.status, 'False')
  })

  it('with Delete takes Nextcloud’s claim, and never the agent’s, which holds the audit log', async () => {
    const scene = sceneWith({ deletionPolicy: 'Delete' })
    await deleted(scene)
    assert.deepEqual(
      remaining(scene).filter((name) => !name.includes('account')),
      ['PersistentVolumeClaim aria-agent-data'],
    )
  })
})

function asStored(uid: string): KubernetesObject {
  const { metadata, ...rest } = storedMoltagent({ namespace: 'team-a', uid })
  const { resourceVersion: _version, ...plain } = metadata
  return { ...rest, metadata: { ...plain, finalizers: [...plain.finalizers] } }
}

describe('what is not ours', () => {
  for (const [kind, name] of [
    [kinds.service, 'aria-agent'],
    [kinds.claim, 'aria-nextcloud-data'],
    [kinds.virtualMachine, 'aria-ollama'],
    [kinds.networkPolicy, 'aria-nextcloud'],
    [kinds.secret, 'aria-ollama-boot'],
    [kinds.secret, 'aria-admin'],
  ] as const) {
    it(`a foreign ${kind.kind} named ${name} is left as it is, said so, and made when it is gone`, async () => {
      const scene = sceneWith()
      const theirs = { ...kind, metadata: { name, namespace: 'team-a', labels: { app: 'theirs' } }, spec: {}, data: {} }
      const { plural: _plural, ...object } = theirs
      scene.api.put(object)
      const operator = fakeOperator(scene.api)
      await operator.settle()
      assert.deepEqual(scene.read(kind, name)?.metadata.labels, { app: 'theirs' })
      assert.equal(scene.condition('Stalled')?.reason, 'ForeignObject')
      // No machine may use somebody else's data, address or boot data.
      if (kind !== kinds.virtualMachine) assert.equal(scene.read(kinds.virtualMachine, 'aria-agent'), undefined)
      assert.match(scene.condition('Stalled')?.message ?? '', new RegExp(`${kind.kind} ${name} exists`))
      scene.api.drop(kind, 'team-a', name)
      await operator.settle()
      assert.equal(scene.condition('Stalled')?.status, 'False')
      assert.notDeepEqual(scene.read(kind, name)?.metadata.labels, { app: 'theirs' })
    })
  }

  it('is not written over, even where it took the name after the cache last saw ours', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    scene.edit(kinds.service, 'aria-agent', { spec: { selector: { app: 'thief' } } })
    // From here on the cache is behind.
    operator.stop()
    scene.api.drop(kinds.service, 'team-a', 'aria-agent')
    scene.api.put({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'aria-agent', namespace: 'team-a', labels: { app: 'theirs' } },
      spec: {},
    })
    await assert.rejects(operator.force('team-a/aria'), /applying/)
    assert.deepEqual(scene.read(kinds.service, 'aria-agent')?.metadata.labels, { app: 'theirs' })
  })

  it('an object that an earlier version made and nobody wants is removed; another instance’s stays', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    const service = scene.read(kinds.service, 'aria-agent')
    assert.ok(service)
    const { uid: _uid, ...metadata } = service.metadata
    scene.api.put({ ...service, metadata: { ...metadata, name: 'aria-old' } })
    scene.api.put({
      ...service,
      metadata: {
        ...metadata,
        name: 'bela-agent',
        labels: { ...metadata.labels, 'moltagent.cloud/uid': 'other', 'moltagent.cloud/name': 'bela' },
      },
    })
    await operator.settle()
    assert.equal(scene.read(kinds.service, 'aria-old'), undefined)
    assert.ok(scene.read(kinds.service, 'bela-agent'))
  })
})
