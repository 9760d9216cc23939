import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { kinds, type Kind } from '../../../operator/cluster/kinds.ts'
import type { KubernetesObject } from '../../../operator/cluster/kubernetes-object.ts'
import { openOperatorScene, type OperatorScene } from '../../support/operator/operator-scene.ts'
import type { RunningOperator } from '../../support/operator/running-operator.ts'

let scene: OperatorScene
let operator: RunningOperator

before(async () => {
  scene = await openOperatorScene('drift')
  operator = await scene.start()
  await scene.create('aria', { suspend: true })
  await scene.until('everything is stored', async () => (await scene.condition('aria', 'Reconciling'))?.status === 'False')
})
after(async () => {
  await operator.stop()
  await scene.close()
})

const changes: readonly (readonly [Kind, string, object])[] = [
  [kinds.networkPolicy, 'aria-agent', { spec: { egress: [{}] } }],
  [kinds.networkPolicy, 'aria-ollama', { spec: { egress: [{}] } }],
  [kinds.networkPolicy, 'aria-nextcloud', { spec: { policyTypes: ['Ingress'], podSelector: { matchLabels: { app: 'nobody' } } } }],
  [kinds.service, 'aria-agent', { spec: { selector: { app: 'thief' } } }],
  [kinds.claim, 'aria-agent-data', { metadata: { labels: { 'moltagent.cloud/uid': 'another' } } }],
  [kinds.virtualMachine, 'aria-agent', { spec: { runStrategy: 'Always' } }],
  [kinds.virtualMachine, 'aria-ollama', { metadata: { labels: { 'moltagent.cloud/name': null } } }],
  [kinds.secret, 'aria-agent-boot', { data: { userdata: 'Zm9yZ2Vk' } }],
  [kinds.secret, 'aria-admin', { metadata: { labels: { 'app.kubernetes.io/managed-by': 'someone' } } }],
]

const meaning = (object: KubernetesObject | undefined): unknown => {
  const { labels, ownerReferences } = object?.metadata ?? {}
  return { labels, ownerReferences, spec: object?.['spec'] }
}

describe('drift on the real API server', { timeout: 180_000 }, () => {
  for (const [kind, name, change] of changes) {
    it(`${kind.kind} ${name} with ${JSON.stringify(change)} by the break-glass group is put back`, async () => {
      const before = await scene.read(kind, name)
      await scene.merge(scene.carol, kind, name, change)
      await scene.until('it is as it was', async () => {
        const now = await scene.read(kind, name)
        return (
          JSON.stringify(meaning(now)) === JSON.stringify(meaning(before)) &&
          (now?.['data'] as Record<string, string> | undefined)?.['userdata'] !== 'Zm9yZ2Vk'
        )
      })
      assert.equal((await scene.read(kind, name))?.metadata.uid, before?.metadata.uid)
    })
  }

  for (const [kind, name] of [
    [kinds.networkPolicy, 'aria-agent'],
    [kinds.service, 'aria-nextcloud'],
    [kinds.virtualMachine, 'aria-ollama'],
    [kinds.secret, 'aria-ollama-boot'],
    [kinds.secret, 'aria-admin'],
  ] as const) {
    it(`${kind.kind} ${name}, deleted, comes back${kind === kinds.service ? ' with the address that it had' : ''}`, async () => {
      const before = await scene.read(kind, name)
      await scene.remove(scene.carol, kind, name)
      await scene.until('it is back', async () => {
        const now = await scene.read(kind, name)
        return now !== undefined && now.metadata.uid !== before?.metadata.uid
      })
      const address = (object: KubernetesObject | undefined): unknown => (object?.['spec'] as { clusterIP?: string } | undefined)?.clusterIP
      assert.equal(address(await scene.read(kind, name)), address(before))
    })
  }

  it('third parties’ labels and annotations stay, and cost no write', async () => {
    await scene.until('nothing is written any more', quiet)
    const before = (await scene.operatorWrites()).length
    for (const [kind, name] of changes)
      await scene.merge(scene.carol, kind, name, { metadata: { labels: { team: 'theirs' }, annotations: { note: 'theirs' } } })
    await new Promise((resolve) => setTimeout(resolve, 1000))
    assert.deepEqual((await scene.operatorWrites()).slice(before), [])
    for (const [kind, name] of changes) assert.equal((await scene.read(kind, name))?.metadata.labels?.['team'], 'theirs')
  })

  it('anybody else is refused', async () => {
    await assert.rejects(
      scene.merge(scene.admin, kinds.networkPolicy, 'aria-agent', { spec: { egress: [{}] } }),
      /managed by the Moltagent operator/,
    )
  })

  it('the account Secret may be deleted by anybody, and is not put back', async () => {
    await scene.remove(scene.admin, kinds.secret, 'aria-account')
    await scene.merge(scene.admin, kinds.moltagent, 'aria', { metadata: { annotations: { 'example.org/forced': 'again' } } })
    await scene.merge(scene.carol, kinds.service, 'aria-agent', { spec: { selector: { app: 'thief' } } })
    await scene.until('the operator has been here', async () => {
      const { selector } = await scene.part('spec', kinds.service, 'aria-agent')
      return !JSON.stringify(selector).includes('thief')
    })
    assert.equal(await scene.read(kinds.secret, 'aria-account'), undefined)
  })
})

let lastCount = -1
async function quiet(): Promise<boolean> {
  const count = (await scene.operatorWrites()).length
  const same = count === lastCount
  lastCount = count
  if (!same) await new Promise((resolve) => setTimeout(resolve, 700))
  return same
}
