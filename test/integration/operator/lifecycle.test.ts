import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { kinds } from '../../../operator/cluster/kinds.ts'
import { applyObject } from '../../support/apply-object.ts'
import { openOperatorScene, type OperatorScene } from '../../support/operator/operator-scene.ts'
import type { RunningOperator } from '../../support/operator/running-operator.ts'

let scene: OperatorScene
let operator: RunningOperator

before(async () => {
  scene = await openOperatorScene('life')
  operator = await scene.start()
})
after(async () => {
  await operator.stop()
  await scene.close()
})

const machinesReady = async (name: string, team?: string): Promise<boolean> => {
  const types = ['NextcloudReady', 'AgentReady', 'OllamaReady']
  const conditions = await Promise.all(types.map((type) => scene.condition(name, type, team)))
  return conditions.every((condition) => condition?.status === 'True')
}
const names = (objects: readonly { readonly metadata: { readonly name: string } }[]): readonly string[] =>
  objects.map(({ metadata }) => metadata.name).sort()

describe('one Moltagent on the real API server with the real KubeVirt', { timeout: 180_000 }, () => {
  it('becomes three machines, three instances and three pods with our labels', async (t) => {
    await scene.create('aria')
    await scene.until('its machines are ready', () => machinesReady('aria'))
    const expected = ['aria-agent', 'aria-nextcloud', 'aria-ollama']
    assert.deepEqual(names(await scene.list(kinds.virtualMachine)), expected)
    assert.deepEqual(names(await scene.list(kinds.virtualMachineInstance)), expected)
    const uid = (await scene.read(kinds.moltagent, 'aria'))?.metadata.uid ?? ''
    const pods = await scene.list(kinds.pod, scene.teams[0], `moltagent.cloud/uid=${uid},app.kubernetes.io/managed-by=moltagent-operator`)
    assert.deepEqual(pods.map(({ metadata }) => metadata.labels?.['moltagent.cloud/role'] ?? '').sort(), ['agent', 'nextcloud', 'ollama'])
    const status = (await scene.read(kinds.moltagent, 'aria'))?.['status'] as {
      vms: Record<string, { state: string; ip?: string }>
      phase: string
    }
    assert.deepEqual(
      Object.values(status.vms).map(({ state }) => state),
      ['Running', 'Running', 'Running'],
    )
    assert.ok(Object.values(status.vms).every(({ ip }) => ip !== undefined))
    assert.equal(status.phase, 'Provisioning')
    const ready = await scene.condition('aria', 'Ready')
    assert.deepEqual([ready?.status, ready?.reason], ['False', 'NotReady'])
    const writes = (await scene.operatorWrites()).filter(({ resource }) => resource !== 'events')
    const firstStatus = writes.findIndex(({ subresource }) => subresource === 'status')
    t.diagnostic(`writes until all objects are stored: ${firstStatus + 1}; with the reports of machines coming up: ${writes.length}`)
    assert.equal(firstStatus + 1, 19, '17 objects, the finalizer and one status')
    assert.ok(
      writes.every(({ code }) => code < 300),
      'none is refused or tried again',
    )
  })

  it('had every policy stored, and read back, before its first machine was asked for', async () => {
    const writes = (await scene.operatorWrites()).filter(({ name }) => name.startsWith('aria'))
    const machine = writes.filter(({ resource }) => resource === 'virtualmachines').map(({ receivedMs }) => receivedMs)
    const policies = writes.filter(({ resource }) => resource === 'networkpolicies')
    assert.equal(policies.length, 3)
    assert.ok(Math.max(...policies.map(({ answeredMs }) => answeredMs)) <= Math.min(...machine))
  })

  it('costs no write when it is settled: ten forced reconciles', async () => {
    const settled = await settledWrites()
    for (let count = 0; count < 10; count += 1) {
      const metadata = { name: 'aria', namespace: scene.teams[0], annotations: { 'example.org/forced': String(count) } }
      await applyObject(
        scene.admin,
        { apiVersion: kinds.moltagent.apiVersion, kind: kinds.moltagent.kind, metadata },
        { manager: 'forcing' },
      )
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.equal((await scene.operatorWrites()).length, settled)
  })

  it('owns what it sent by server-side apply and nothing else', async () => {
    for (const [kind, name] of [
      [kinds.networkPolicy, 'aria-agent'],
      [kinds.service, 'aria-agent'],
      [kinds.virtualMachine, 'aria-agent'],
      [kinds.claim, 'aria-agent-data'],
    ] as const) {
      const managers = (await scene.read(kind, name))?.metadata.managedFields?.filter(({ manager }) => manager === 'moltagent-operator')
      assert.deepEqual(
        managers?.map(({ operation }) => operation),
        ['Apply'],
        `${kind.kind} ${name}`,
      )
    }
  })

  it('does not touch the objects of two others, one beside it and one in another namespace', async () => {
    const before = await versions('aria')
    await Promise.all([scene.create('bela'), scene.create('aria', {}, scene.teams[1])])
    await scene.until('both are ready', async () => (await machinesReady('bela')) && machinesReady('aria', scene.teams[1]))
    await scene.remove(scene.admin, kinds.moltagent, 'bela')
    await scene.until('bela is gone', async () => (await scene.read(kinds.moltagent, 'bela')) === undefined)
    assert.deepEqual(await versions('aria'), before)
    assert.equal((await scene.list(kinds.virtualMachine, scene.teams[1])).length, 3)
    assert.ok((await scene.list(kinds.networkPolicy)).every(({ metadata }) => metadata.name.startsWith('aria-')))
  })

  it('is deleted machines first and policies last; Retain keeps its claims, which a namesake adopts', async () => {
    const claims = await scene.list(kinds.claim)
    const claim = claims.find(({ metadata }) => metadata.name === 'aria-nextcloud-data')
    await scene.remove(scene.admin, kinds.moltagent, 'aria')
    await scene.until('it is gone', async () => (await scene.read(kinds.moltagent, 'aria')) === undefined)
    await scene.until('garbage collection has taken the rest', async () =>
      (await scene.list(kinds.secret)).every(({ metadata }) => !metadata.name.startsWith('aria') || metadata.name === 'aria-admin'),
    )
    for (const kind of [kinds.virtualMachine, kinds.virtualMachineInstance, kinds.pod, kinds.service, kinds.networkPolicy])
      assert.deepEqual(names(await scene.list(kind)), [], kind.kind)
    assert.ok(names(await scene.list(kinds.claim)).includes('aria-nextcloud-data'))
    assert.equal((await scene.list(kinds.secret, scene.home, 'moltagent.cloud/name=bela')).length, 0)
    const deletes = (await scene.operatorWrites()).filter(
      ({ verb, name, namespace }) => verb === 'delete' && namespace === scene.teams[0] && name.startsWith('aria'),
    )
    const policies = deletes.filter(({ resource }) => resource === 'networkpolicies')
    assert.equal(policies.length, 3)
    const others = deletes.filter(({ resource }) => resource !== 'networkpolicies')
    assert.ok(Math.min(...policies.map(({ receivedMs }) => receivedMs)) >= Math.max(...others.map(({ receivedMs }) => receivedMs)))
    await scene.create('aria')
    await scene.until('the namesake is ready', () => machinesReady('aria'))
    assert.equal((await scene.read(kinds.claim, 'aria-nextcloud-data'))?.metadata.uid, claim?.metadata.uid)
  })
})

/** Versions of all objects of one instance, but for those that KubeVirt reports on. */
async function versions(name: string): Promise<readonly string[]> {
  const managed = [kinds.networkPolicy, kinds.service, kinds.claim, kinds.secret]
  const objects = await Promise.all(managed.map((kind) => scene.list(kind, scene.teams[0], `moltagent.cloud/name=${name}`)))
  return objects.flat().map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`)
}

/** The number of writes once none has been added for a while. */
async function settledWrites(): Promise<number> {
  let last = -1
  await scene.until('no write is added', async () => {
    const now = (await scene.operatorWrites()).length
    const same = now === last
    last = now
    if (!same) await new Promise((resolve) => setTimeout(resolve, 700))
    return same
  })
  return last
}
