import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { kinds, type Kind } from '../../../../operator/cluster/kinds.ts'
import type { KubernetesObject } from '../../../../operator/cluster/kubernetes-object.ts'
import { changedBy } from '../../../support/operator/apply-merge.ts'
import { fakeOperator, home } from '../../../support/operator/fake-operator.ts'
import { sceneWith } from '../../../support/operator/fake-installation.ts'

const managed: readonly (readonly [Kind, string, Record<string, unknown>])[] = [
  [kinds.networkPolicy, 'aria-agent', { spec: { egress: [{}] } }],
  [kinds.networkPolicy, 'aria-ollama', { spec: { policyTypes: ['Ingress'] } }],
  [kinds.service, 'aria-nextcloud', { spec: { selector: { app: 'thief' } } }],
  [kinds.claim, 'aria-agent-data', { metadata: { labels: { 'moltagent.cloud/role': 'other' } } }],
  [kinds.virtualMachine, 'aria-ollama', { spec: { runStrategy: 'Halted' } }],
  [kinds.virtualMachine, 'aria-agent', { spec: { template: { metadata: { labels: { 'moltagent.cloud/uid': 'another' } } } } }],
]

const specOf = (object: KubernetesObject | undefined): unknown => ({ spec: object?.['spec'], labels: object?.metadata.labels })

describe('what somebody changed', () => {
  for (const [kind, name, change] of managed) {
    it(`in ${kind.kind} ${name} (${Object.keys(change['spec'] ?? change['metadata'] ?? {})[0]}) is put back`, async () => {
      const scene = sceneWith()
      const operator = fakeOperator(scene.api)
      await operator.settle()
      const meant = specOf(scene.read(kind, name))
      scene.edit(kind, name, change)
      assert.notDeepEqual(specOf(scene.read(kind, name)), meant)
      await operator.settle()
      assert.deepEqual(specOf(scene.read(kind, name)), meant)
      assert.ok(operator.notices.some(({ reason, message }) => reason === 'DriftRepaired' && message.includes(name)))
    })
  }

  for (const [kind, name] of managed.filter(([, name], index) => managed.findIndex(([, other]) => other === name) === index)) {
    it(`${kind.kind} ${name}, deleted, comes back`, async () => {
      const scene = sceneWith()
      const operator = fakeOperator(scene.api)
      await operator.settle()
      const meant = specOf(scene.read(kind, name))
      scene.api.drop(kind, 'team-a', name)
      await operator.settle()
      assert.deepEqual(specOf(scene.read(kind, name)), kind === kinds.service ? { ...(meant as object) } : meant)
    })
  }

  it('as a rule beside ours, where we have none, is taken away', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    scene.edit(kinds.networkPolicy, 'aria-ollama', { spec: { egress: [{}] } })
    await operator.settle()
    assert.deepEqual(scene.spec(kinds.networkPolicy, 'aria-ollama')['egress'] ?? [], [])
  })

  it('as a label or annotation of their own stays, and costs no write', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    const before = scene.api.writes.length
    for (const [kind, name] of managed)
      scene.edit(kind, name, { metadata: { labels: { team: 'theirs' }, annotations: { note: 'theirs' } } })
    await operator.settle()
    await operator.force('team-a/aria')
    assert.deepEqual(scene.api.writes.slice(before), [])
    assert.equal(scene.read(kinds.service, 'aria-nextcloud')?.metadata.labels?.['team'], 'theirs')
  })

  it('gives a Service back the address that hosts files hold, also when the operator was away', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    const address = (): unknown => scene.spec(kinds.service, 'aria-agent')['clusterIP']
    const meant = address()
    operator.stop()
    scene.api.drop(kinds.service, 'team-a', 'aria-agent')
    const next = fakeOperator(scene.api)
    await next.settle()
    assert.equal(address(), meant)
    const settled = scene.api.writes.length
    await next.force('team-a/aria')
    assert.equal(scene.api.writes.length, settled)
  })

  it('does not bring the account Secret back: its deletion is a person’s decision', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    scene.api.drop(kinds.secret, 'team-a', 'aria-account')
    await operator.settle()
    operator.stop()
    const next = fakeOperator(scene.api)
    await next.settle()
    await next.force('team-a/aria')
    assert.equal(scene.read(kinds.secret, 'aria-account'), undefined)
  })
})

const text = (object: KubernetesObject | undefined, key: string): string =>
  Buffer.from((object?.['data'] as Record<string, string> | undefined)?.[key] ?? '', 'base64').toString('utf8')

describe('Secrets of ours, which are watched without their values', () => {
  it('come back when deleted: boot data with the same leaf, and nobody is restarted', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    const machine = specOf(scene.read(kinds.virtualMachine, 'aria-nextcloud'))
    scene.api.drop(kinds.secret, 'team-a', 'aria-agent-boot')
    await operator.settle()
    assert.match(text(scene.read(kinds.secret, 'aria-agent-boot'), 'userdata'), /"role":"agent"/)
    assert.deepEqual(specOf(scene.read(kinds.virtualMachine, 'aria-nextcloud')), machine)
  })

  it('are made anew when somebody has written into them: what they wrote is trusted by nobody', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    const forged = Buffer.from('{"role":"agent"}').toString('base64')
    scene.edit(kinds.secret, 'aria-agent-boot', { data: { userdata: forged } })
    await operator.settle()
    assert.match(text(scene.read(kinds.secret, 'aria-agent-boot'), 'userdata'), /"token":"/)
  })

  it('the administrator’s password is restored, not replaced: Nextcloud was set up with it', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    const password = text(scene.read(kinds.secret, 'aria-admin'), 'password')
    assert.ok(password.length >= 24)
    scene.api.drop(kinds.secret, 'team-a', 'aria-admin')
    await operator.settle()
    assert.equal(text(scene.read(kinds.secret, 'aria-admin'), 'password'), password)
  })

  it('keys that somebody has changed are all made anew', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    const find = (): KubernetesObject | undefined =>
      scene.api.all().find(({ kind, metadata }) => kind === 'Secret' && metadata.namespace === home)
    const before = find()
    assert.ok(before)
    const authority = text(before, 'authority.crt')
    const theirs = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    scene.api.put(changedBy(before, { data: { 'ssh.key': Buffer.from(theirs).toString('base64') } }))
    await operator.settle()
    assert.notEqual(text(find(), 'ssh.key'), theirs)
    assert.notEqual(text(find(), 'authority.crt'), authority)
    assert.ok(
      text(scene.read(kinds.secret, 'aria-ollama-boot'), 'userdata').includes(JSON.stringify(text(find(), 'authority.crt')).slice(1, -1)),
    )
  })
})
