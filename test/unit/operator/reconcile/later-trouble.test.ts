import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { describe, it } from 'node:test'
import { kinds } from '../../../../operator/cluster/kinds.ts'
import type { KubernetesObject } from '../../../../operator/cluster/kubernetes-object.ts'
import { manualClock } from '../../../support/manual-clock.ts'
import { fakeOperator } from '../../../support/operator/fake-operator.ts'
import { sceneWith, type Scene } from '../../../support/operator/fake-installation.ts'

const tls = { hostname: 'cloud.example.org', tls: { secretRef: { name: 'aria-tls' } } }
const pem = (what: string): string => Buffer.from(`-----BEGIN ${what}-----\ncanary\n-----END ${what}-----\n`).toString('base64')
const tlsSecret = (): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'aria-tls', namespace: 'team-a' },
  data: { 'tls.crt': pem('CERTIFICATE'), 'tls.key': pem('PRIVATE KEY') },
})

/** KubeVirt's part: an instance for a machine, running its present template. */
function run(scene: Scene, name: string, options: { readonly ready?: boolean } = {}): void {
  const template = scene.spec(kinds.virtualMachine, name)['template'] as { metadata: Record<string, Record<string, string>>; spec: object }
  scene.api.put({
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachineInstance',
    metadata: { name, namespace: 'team-a', ...template.metadata },
    spec: template.spec,
    status: {
      phase: 'Running',
      interfaces: [{ ipAddress: '10.0.0.9' }],
      conditions: [{ type: 'Ready', status: options.ready === false ? 'False' : 'True' }],
    },
  })
}
const allRun = (scene: Scene): void => ['aria-nextcloud', 'aria-agent', 'aria-ollama'].forEach((name) => run(scene, name))
const restarts = (scene: Scene): readonly string[] =>
  scene.api.writes.filter(({ kind }) => kind === 'VirtualMachineInstance').map(({ name }) => name)
const digest = (digit: string): string => `registry.example.org/new/image@sha256:${digit.repeat(64)}`

describe('a resource that becomes wrong later', () => {
  it('keeps its machines when a Secret it names is gone, says so, and recovers by itself', async () => {
    const scene = sceneWith({ nextcloud: tls })
    scene.api.put(tlsSecret())
    const operator = fakeOperator(scene.api)
    await operator.settle()
    const before = scene.read(kinds.virtualMachine, 'aria-nextcloud')?.['spec']
    scene.api.drop(kinds.secret, 'team-a', 'aria-tls')
    await operator.settle()
    assert.equal(scene.condition('Stalled')?.reason, 'SecretMissing')
    assert.match(scene.condition('Stalled')?.message ?? '', /aria-tls.*spec\.nextcloud\.tls\.secretRef.*tls\.crt and tls\.key/)
    assert.deepEqual(scene.read(kinds.virtualMachine, 'aria-nextcloud')?.['spec'], before)
    scene.api.put(tlsSecret())
    await operator.settle()
    assert.equal(scene.condition('Stalled')?.status, 'False')
  })

  it('can be suspended all the same', async () => {
    const scene = sceneWith({ nextcloud: tls })
    scene.api.put(tlsSecret())
    const operator = fakeOperator(scene.api)
    await operator.settle()
    scene.api.drop(kinds.secret, 'team-a', 'aria-tls')
    scene.edit(kinds.moltagent, 'aria', { spec: { suspend: true } })
    await operator.settle()
    assert.equal(scene.spec(kinds.virtualMachine, 'aria-agent')['runStrategy'], 'Halted')
  })

  it('says which StorageClass is missing while a claim waits', async () => {
    const scene = sceneWith({ nextcloud: { hostname: 'cloud.example.org', storage: { size: '50Gi', storageClassName: 'fast' } } })
    const operator = fakeOperator(scene.api)
    await operator.settle()
    await operator.force('team-a/aria')
    assert.equal(scene.condition('Stalled')?.reason, 'StorageClassMissing')
    assert.match(scene.condition('Stalled')?.message ?? '', /aria-nextcloud-data.*StorageClass fast/)
    const claim = scene.read(kinds.claim, 'aria-nextcloud-data')
    assert.ok(claim)
    scene.api.put({ ...claim, status: { phase: 'Bound' } })
    await operator.settle()
    assert.equal(scene.condition('Stalled')?.status, 'False')
  })

  it('shows what KubeVirt says of a machine that fails, with KubeVirt’s words', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    const machine = scene.read(kinds.virtualMachine, 'aria-ollama')
    assert.ok(machine)
    const conditions = [{ type: 'Synchronized', status: 'False', reason: 'ErrImagePull', message: 'manifest unknown' }]
    scene.api.put({ ...machine, status: { printableStatus: 'ErrImagePull', conditions } })
    await operator.settle()
    assert.equal(scene.condition('OllamaReady')?.reason, 'ImagePullFailed')
    assert.match(scene.condition('Stalled')?.message ?? '', /aria-ollama is ErrImagePull: ErrImagePull: manifest unknown/)
    assert.equal(scene.status()['phase'], 'Failed')
  })
})

describe('a changed image', () => {
  it('restarts one machine at a time, the next when the one before is ready', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    allRun(scene)
    await operator.settle()
    assert.equal(scene.condition('AgentReady')?.status, 'True')
    assert.deepEqual(restarts(scene), [])
    const spec = { nextcloud: { image: digest('a') }, agent: { image: digest('b') }, ollama: { image: digest('c') } }
    scene.edit(kinds.moltagent, 'aria', { spec, metadata: { generation: 2 } })
    await operator.settle()
    assert.deepEqual(restarts(scene), ['aria-ollama'])
    await operator.force('team-a/aria')
    assert.deepEqual(restarts(scene), ['aria-ollama'], 'the next one waits')
    assert.equal(scene.condition('Reconciling')?.reason, 'RollingRestart')
    run(scene, 'aria-ollama', { ready: false })
    await operator.settle()
    assert.deepEqual(restarts(scene), ['aria-ollama'])
    run(scene, 'aria-ollama')
    await operator.settle()
    assert.deepEqual(restarts(scene), ['aria-ollama', 'aria-nextcloud'])
    run(scene, 'aria-nextcloud')
    await operator.settle()
    run(scene, 'aria-agent')
    await operator.settle()
    assert.deepEqual(restarts(scene), ['aria-ollama', 'aria-nextcloud', 'aria-agent'])
    assert.equal(scene.condition('Reconciling')?.status, 'False')
  })

  it('is not followed by restarts when the first machine does not come up with it', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    allRun(scene)
    scene.edit(kinds.moltagent, 'aria', { spec: { agent: { image: digest('b') }, ollama: { image: digest('c') } } })
    await operator.settle()
    run(scene, 'aria-ollama', { ready: false })
    await operator.force('team-a/aria')
    assert.deepEqual(restarts(scene), ['aria-ollama'])
  })
})

describe('certificates', () => {
  it('are renewed at two thirds of their life, with a rolling restart; the SSH key stays', async () => {
    const scene = sceneWith()
    const clock = manualClock()
    const operator = fakeOperator(scene.api, { clock })
    await operator.settle()
    allRun(scene)
    await operator.settle()
    const userdata = (): string => scene.secretText('aria-nextcloud-boot', 'userdata')
    const before = JSON.parse(userdata()) as { leaf: { certificate: string }; operatorKey: string; authority: string }
    const writes = scene.api.writes.length
    await clock.advance(240 * 24 * 3600_000)
    await operator.force('team-a/aria')
    assert.equal(scene.api.writes.length, writes, 'not before two thirds')
    await clock.advance(10 * 24 * 3600_000)
    await operator.force('team-a/aria')
    const after = JSON.parse(userdata()) as typeof before
    assert.notEqual(after.leaf.certificate, before.leaf.certificate)
    assert.equal(after.authority, before.authority)
    assert.equal(after.operatorKey, before.operatorKey)
    assert.equal(restarts(scene).length, 1)
  })
})

describe('a changed hostname', () => {
  it('renews the authority under its old key, with new leaves and one restart at a time', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    allRun(scene)
    await operator.settle()
    const document = (): { authority: string; leaf: { certificate: string } } =>
      JSON.parse(scene.secretText('aria-nextcloud-boot', 'userdata')) as { authority: string; leaf: { certificate: string } }
    const before = document()
    scene.edit(kinds.moltagent, 'aria', { spec: { nextcloud: { hostname: 'other.example.org' } } })
    await operator.settle()
    const after = document()
    const [old, next] = [new X509Certificate(before.authority), new X509Certificate(after.authority)]
    assert.notEqual(after.authority, before.authority)
    assert.deepEqual(next.publicKey.export({ type: 'spki', format: 'pem' }), old.publicKey.export({ type: 'spki', format: 'pem' }))
    assert.match(new X509Certificate(after.leaf.certificate).subjectAltName ?? '', /other\.example\.org/)
    assert.equal(restarts(scene).length, 1)
    const settled = scene.api.writes.length
    await operator.force('team-a/aria')
    assert.equal(scene.api.writes.length, settled)
  })
})

describe('suspend', () => {
  it('halts all three machines, keeps claims and Secrets, and goes back', async () => {
    const scene = sceneWith()
    const operator = fakeOperator(scene.api)
    await operator.settle()
    const names = scene.api
      .all()
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      .sort()
    const strategies = (): readonly unknown[] =>
      scene.api
        .all()
        .filter(({ kind }) => kind === 'VirtualMachine')
        .map((machine) => (machine['spec'] as { runStrategy: string }).runStrategy)
    scene.edit(kinds.moltagent, 'aria', { spec: { suspend: true } })
    await operator.settle()
    assert.deepEqual(strategies(), ['Halted', 'Halted', 'Halted'])
    assert.deepEqual([scene.condition('Ready')?.reason, scene.status()['phase']], ['Suspended', 'Suspended'])
    assert.deepEqual(
      scene.api
        .all()
        .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
        .sort(),
      names,
    )
    scene.edit(kinds.moltagent, 'aria', { spec: { suspend: false } })
    await operator.settle()
    assert.deepEqual(strategies(), ['Always', 'Always', 'Always'])
  })
})
