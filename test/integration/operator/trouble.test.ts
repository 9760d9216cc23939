import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { kinds } from '../../../operator/cluster/kinds.ts'
import type { KubernetesObject } from '../../../operator/cluster/kubernetes-object.ts'
import { applyObject } from '../../support/apply-object.ts'
import { openOperatorScene, type OperatorScene } from '../../support/operator/operator-scene.ts'
import type { RunningOperator } from '../../support/operator/running-operator.ts'

let scene: OperatorScene
let operator: RunningOperator

before(async () => {
  scene = await openOperatorScene('trouble')
  operator = await scene.start()
})
after(async () => {
  await operator.stop()
  for (const kind of ['clusterrolebindings', 'clusterroles']) {
    await scene.admin.request('DELETE', `/apis/rbac.authorization.k8s.io/v1/${kind}/${scene.home}-storage-classes`)
  }
  await scene.close()
})

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`
const image = (name: string, digit: string): string => `registry.example.org/moltagent/${name}@${digest(digit)}`
const strategy = (machine: KubernetesObject): unknown => (machine['spec'] as { runStrategy: string }).runStrategy

const ready = async (name: string): Promise<boolean> => {
  const conditions = await Promise.all(['NextcloudReady', 'AgentReady', 'OllamaReady'].map((type) => scene.condition(name, type)))
  return conditions.every((condition) => condition?.status === 'True')
}
const stalledBy = (name: string, reason: string) => async (): Promise<boolean> =>
  (await scene.condition(name, 'Stalled'))?.reason === reason

describe('what may go wrong later, on the real API server and KubeVirt', { timeout: 240_000 }, () => {
  it('an image change rolls one machine at a time', async () => {
    await scene.create('aria')
    await scene.until('aria is ready', () => ready('aria'))
    const started = Date.now()
    const spec = {
      nextcloud: { hostname: 'cloud.example.org', image: image('nextcloud', 'a') },
      agent: { account: 'aria', operators: ['alice'], image: image('agent', 'b') },
      ollama: { image: image('ollama', 'c') },
    }
    const seen: number[] = []
    await scene.create('aria', spec)
    await scene.until('all run the new image', async () => {
      const instances = await scene.list(kinds.virtualMachineInstance)
      const running = instances.filter((instance) => isRunning(instance)).length
      seen.push(running)
      return running === 3 && instances.every((instance) => /@sha256:[abc]{64}$/.test(rootImage(instance)))
    })
    assert.ok(Math.min(...seen) >= 2, `never fewer than two run, seen ${seen.join(' ')}`)
    const restarts = (await scene.operatorWrites()).filter(
      ({ resource, receivedMs }) => resource === 'virtualmachineinstances' && receivedMs >= started,
    )
    assert.deepEqual(
      restarts.map(({ name }) => name),
      ['aria-ollama', 'aria-nextcloud', 'aria-agent'],
    )
    await scene.until('it is settled', async () => (await scene.condition('aria', 'Reconciling'))?.status === 'False')
  })

  it('suspend halts three machines and keeps claims, Secrets and status; back again works', async () => {
    const kept = async (): Promise<readonly string[]> =>
      [...(await scene.list(kinds.claim)), ...(await scene.list(kinds.secret))]
        .map(({ metadata }) => `${metadata.name} ${metadata.uid}`)
        .sort()
    const before = await kept()
    await scene.merge(scene.admin, kinds.moltagent, 'aria', { spec: { suspend: true } })
    await scene.until(
      'nothing runs',
      async () => (await scene.list(kinds.virtualMachineInstance)).length === 0 && (await scene.list(kinds.pod)).length === 0,
    )
    assert.deepEqual((await scene.list(kinds.virtualMachine)).map(strategy), ['Halted', 'Halted', 'Halted'])
    await scene.until('its status says so', async () => (await scene.part('status', kinds.moltagent, 'aria'))['phase'] === 'Suspended')
    assert.equal((await scene.condition('aria', 'Ready'))?.reason, 'Suspended')
    assert.deepEqual(await kept(), before)
    await scene.merge(scene.admin, kinds.moltagent, 'aria', { spec: { suspend: false } })
    await scene.until('all run again', () => ready('aria'))
  })

  it('an image that cannot be pulled stops the roll at the first machine, with KubeVirt’s words, and recovers when it is mended', async () => {
    await scene.merge(scene.admin, kinds.moltagent, 'aria', {
      spec: { ollama: { image: image('missing', 'd') }, agent: { image: image('agent', 'e') } },
    })
    await scene.until('it is Stalled', stalledBy('aria', 'ImagePullFailed'))
    assert.match(
      (await scene.condition('aria', 'Stalled'))?.message ?? '',
      /aria-ollama is (ErrImagePull|ImagePullBackOff).*failed to pull/,
    )
    assert.equal((await scene.condition('aria', 'OllamaReady'))?.reason, 'ImagePullFailed')
    const agent = await scene.read(kinds.virtualMachineInstance, 'aria-agent')
    assert.ok(agent !== undefined && rootImage(agent).endsWith(digest('b')), 'the agent runs on, with the image it had')
    await scene.merge(scene.admin, kinds.moltagent, 'aria', { spec: { ollama: { image: image('ollama', 'f') } } })
    await scene.until(
      'it has recovered',
      async () => (await scene.condition('aria', 'Stalled'))?.status === 'False' && (await ready('aria')),
    )
  })

  it('a missing StorageClass is named, and the claim goes on when it is there', async () => {
    const storageClassName = `${scene.home}-fast`
    await grantStorageClasses()
    await scene.create('bela', { nextcloud: { hostname: 'cloud.example.org', storage: { size: '1Gi', storageClassName } } })
    await scene.until('it is Stalled', stalledBy('bela', 'StorageClassMissing'))
    assert.match(
      (await scene.condition('bela', 'Stalled'))?.message ?? '',
      new RegExp(`bela-nextcloud-data waits for StorageClass ${storageClassName}, which does not exist`),
    )
    const { provisioner, volumeBindingMode } = await anyStorageClass()
    const made = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: storageClassName },
      provisioner,
      volumeBindingMode,
    }
    await scene.admin.request('POST', '/apis/storage.k8s.io/v1/storageclasses', { body: made })
    await scene.until('it has recovered', async () => (await scene.condition('bela', 'Stalled'))?.status === 'False')
    await scene.admin.request('DELETE', `/apis/storage.k8s.io/v1/storageclasses/${storageClassName}`)
  })

  it('foreign objects with our names are not taken over: a condition, no overwrite', async () => {
    const namespace = scene.teams[1]
    const theirs = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'carl-agent', namespace, labels: { app: 'theirs' } },
      spec: { ports: [{ port: 80 }] },
    }
    await applyObject(scene.admin, theirs, { manager: 'somebody' })
    const { resourceVersion } = (await scene.read(kinds.service, 'carl-agent', namespace))?.metadata ?? {}
    await scene.create('carl', {}, namespace)
    await scene.until('it says so', async () => (await scene.condition('carl', 'Stalled', namespace))?.reason === 'ForeignObject')
    assert.match(
      (await scene.condition('carl', 'Stalled', namespace))?.message ?? '',
      /Service carl-agent exists and is not this resource's/,
    )
    assert.equal((await scene.read(kinds.service, 'carl-agent', namespace))?.metadata.resourceVersion, resourceVersion)
    assert.deepEqual(await scene.list(kinds.virtualMachine, namespace), [])
    await scene.remove(scene.admin, kinds.service, 'carl-agent', namespace)
    await scene.until('it goes on', async () => (await scene.list(kinds.virtualMachine, namespace)).length === 3)
  })

  it('a foreign policy that widens ours is said, and nothing new is started under it', async () => {
    const namespace = scene.teams[1]
    const open = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'open', namespace },
      spec: { podSelector: {}, ingress: [{}] },
    }
    await applyObject(scene.admin, open, { manager: 'somebody' })
    await scene.until(
      'it says so',
      async () => (await scene.condition('carl', 'NetworkPoliciesStored', namespace))?.reason === 'ForeignPolicyWidens',
    )
    await scene.create('dora', {}, namespace)
    await scene.until(
      'dora waits',
      async () => (await scene.condition('dora', 'NetworkPoliciesStored', namespace))?.reason === 'ForeignPolicyWidens',
    )
    assert.equal((await scene.list(kinds.virtualMachine, namespace)).length, 3)
    await scene.remove(scene.admin, kinds.networkPolicy, 'open', namespace)
    await scene.until('dora goes on', async () => (await scene.list(kinds.virtualMachine, namespace)).length === 6)
  })

  it('tells people by Events on the resource', async () => {
    const events = (await scene.list(kinds.event)) as readonly (KubernetesObject & {
      reason: string
      regarding: { kind: string; name: string }
    })[]
    const ours = events.filter(({ regarding }) => regarding.kind === 'Moltagent' && regarding.name === 'aria').map(({ reason }) => reason)
    for (const reason of ['RollingRestart', 'ImagePullFailed', 'Recovered'])
      assert.ok(ours.includes(reason), `${reason} in ${ours.join(', ')}`)
  })
})

const isRunning = (instance: KubernetesObject): boolean => {
  const { phase, conditions = [] } = (instance['status'] ?? {}) as { phase?: string; conditions?: { type: string; status: string }[] }
  return (
    phase === 'Running' &&
    conditions.some(({ type, status }) => type === 'Ready' && status === 'True') &&
    instance.metadata.deletionTimestamp === undefined
  )
}
const rootImage = (instance: KubernetesObject): string => {
  const { volumes } = instance['spec'] as { volumes: { name: string; containerDisk?: { image: string } }[] }
  return volumes.find(({ name }) => name === 'root')?.containerDisk?.image ?? ''
}

/** What the chart grants when it is installed for all namespaces; a Role in one namespace cannot. */
async function grantStorageClasses(): Promise<void> {
  const name = `${scene.home}-storage-classes`
  const api = 'rbac.authorization.k8s.io'
  const rules = [{ apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get'] }]
  await scene.admin.request('POST', `/apis/${api}/v1/clusterroles`, { body: { metadata: { name }, rules } })
  const subjects = [{ kind: 'User', apiGroup: api, name: scene.operator.user }]
  const roleRef = { apiGroup: api, kind: 'ClusterRole', name }
  await scene.admin.request('POST', `/apis/${api}/v1/clusterrolebindings`, { body: { metadata: { name }, roleRef, subjects } })
}

async function anyStorageClass(): Promise<{ provisioner: string; volumeBindingMode?: string }> {
  const list = (await scene.admin.request('GET', '/apis/storage.k8s.io/v1/storageclasses')) as {
    items: { provisioner: string; volumeBindingMode?: string }[]
  }
  const [first] = list.items
  assert.ok(first, 'the node installs a StorageClass')
  return first
}
