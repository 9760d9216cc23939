import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createKubernetesClient, mergePatch, type KubernetesClient } from '../../../local/kubernetes/client.ts'
import { slowly } from '../../support/slowly.ts'
import { openTestCluster, type TestCluster } from '../../support/test-cluster.ts'
import { plainMachine } from '../../support/plain-machine.ts'

let cluster: TestCluster
let admin: KubernetesClient
const namespace = `machines-${process.pid}`
const machines = `/apis/kubevirt.io/v1/namespaces/${namespace}/virtualmachines`
const instances = `/apis/kubevirt.io/v1/namespaces/${namespace}/virtualmachineinstances`
const core = `/api/v1/namespaces/${namespace}`

before(async () => {
  cluster = await openTestCluster()
  admin = createKubernetesClient(cluster.admin)
  await admin.request('POST', '/api/v1/namespaces', { body: { metadata: { name: namespace } } })
})
after(async () => {
  await admin.request('DELETE', `/api/v1/namespaces/${namespace}`)
  admin.close()
  await cluster.stop()
})

test("KubeVirt's own admission refuses a wrong machine with its own sentence", async () => {
  const machine = plainMachine('wrong')
  const volumes = [{ name: 'other', containerDisk: { image: 'registry.example/plain' } }]
  machine.spec.template.spec.volumes = volumes
  await assert.rejects(admin.request('POST', machines, { body: machine }), /spec\.domain\.devices\.disks\[0\]\.Name 'root' not found/)
})

test('a machine runs with an address, halts, and runs again as a new instance', async () => {
  await admin.request('POST', machines, { body: plainMachine('lively') })
  await slowly('it runs', () => shows('lively', 'Running'))
  const first = await read(`${instances}/lively`)
  assert.match(first.status.interfaces[0].ipAddress, /^10\.244\./)
  const pod = await podOf('lively')
  assert.equal(pod.status.podIP, first.status.interfaces[0].ipAddress)
  assert.equal(pod.metadata.labels['example'], 'lively')
  await slowly('KubeVirt calls it ready, with its agent', async () => {
    const { conditions } = (await read(`${instances}/lively`)).status
    return ['Ready', 'AgentConnected'].every((type) => conditions.some((one: Condition) => one.type === type && one.status === 'True'))
  })

  await setRunStrategy('lively', 'Halted')
  await slowly(
    'it is stopped and nothing of it is left',
    async () => (await shows('lively', 'Stopped')) && !(await exists(`${instances}/lively`)),
  )
  assert.equal(await podOf('lively'), undefined)

  await setRunStrategy('lively', 'Always')
  await slowly('it runs again', () => shows('lively', 'Running'))
  const second = await read(`${instances}/lively`)
  assert.notEqual(second.metadata.uid, first.metadata.uid)
  assert.notEqual(second.status.interfaces[0].ipAddress, first.status.interfaces[0].ipAddress)
})

test('a machine that is deleted, or whose pod is taken away, is started again by KubeVirt', async () => {
  await admin.request('POST', machines, { body: plainMachine('restarted') })
  await slowly('it runs', () => shows('restarted', 'Running'))
  const { uid } = (await read(`${instances}/restarted`)).metadata
  await admin.request('DELETE', `${instances}/restarted`)
  await slowly('another one runs', () => runsAsOther('restarted', uid))
  const again = (await read(`${instances}/restarted`)).metadata.uid
  const pod = await podOf('restarted')
  await admin.request('DELETE', `${core}/pods/${pod.metadata.name}`, { body: { gracePeriodSeconds: 0 } })
  await slowly('a third one runs', () => runsAsOther('restarted', again))
})

test('a guest that does not react to the power button is powered off when its grace period is over', async () => {
  await admin.request('POST', machines, { body: plainMachine('stubborn', { image: 'stubborn', graceSeconds: 2 }) })
  await slowly('it runs', () => shows('stubborn', 'Running'))
  const askedAt = Date.now()
  await setRunStrategy('stubborn', 'Halted')
  await slowly('it is stopped', () => shows('stubborn', 'Stopped'))
  assert.ok(Date.now() - askedAt >= 2000, 'not before its grace period was over')
})

test("a guest that cannot start is Failed, and KubeVirt's own back-off follows", async () => {
  await admin.request('POST', machines, { body: plainMachine('failing', { image: 'broken' }) })
  await slowly('KubeVirt backs off', () => shows('failing', 'CrashLoopBackOff'))
  const events = (await admin.request('GET', `${core}/events`)) as { items: { message: string }[] }
  assert.ok(events.items.some(({ message }) => message.includes('crashed: starting the guest failed: its image is named broken')))
})

test('a guest that crashes after it ran is restarted at once', async () => {
  await admin.request('POST', machines, { body: plainMachine('crashing', { image: 'crashing' }) })
  await slowly('it runs', () => shows('crashing', 'Running'))
  const { uid } = (await read(`${instances}/crashing`)).metadata
  await slowly('another instance runs', () => runsAsOther('crashing', uid))
  await admin.request('DELETE', `${machines}/crashing`)
})

test('a machine whose Secret is missing waits in ContainerCreating as with a kubelet, and starts when the Secret is there', async () => {
  await admin.request('POST', machines, { body: plainMachine('waiting', { bootSecret: 'waiting-boot' }) })
  await slowly('the node says why it waits', async () => {
    const events = (await admin.request('GET', `${core}/events`)) as { items: { message: string; reason: string }[] }
    return events.items.some(({ reason, message }) => reason === 'FailedMount' && message.includes('secrets "waiting-boot" not found'))
  })
  const pod = await podOf('waiting')
  assert.equal(pod.status.phase, 'Pending')
  assert.ok(pod.status.containerStatuses.every((one: ContainerStatus) => one.state.waiting?.reason === 'ContainerCreating'))
  await admin.request('POST', `${core}/secrets`, { body: { metadata: { name: 'waiting-boot' }, stringData: { userdata: '{}' } } })
  await slowly('it runs', () => shows('waiting', 'Running'))
})

test('KubeVirt tells of an image that cannot be pulled, and of a machine too large for the node', async () => {
  await admin.request('POST', machines, { body: plainMachine('imageless', { image: 'missing' }) })
  await admin.request('POST', machines, { body: plainMachine('huge', { memory: '64Ti' }) })
  await slowly('ErrImagePull', () => shows('imageless', 'ErrImagePull'))
  await slowly('ErrorUnschedulable', () => shows('huge', 'ErrorUnschedulable'))
  const { conditions } = (await read(`${instances}/huge`)).status
  assert.ok(conditions.some((one: Condition) => one.message?.includes('1 Insufficient memory')))
})

test('a claim is bound to a folder of its own, and both go with it', async () => {
  const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }
  await admin.request('POST', `${core}/persistentvolumeclaims`, { body: claim })
  await slowly('it is bound', async () => (await read(`${core}/persistentvolumeclaims/data`)).status.phase === 'Bound')
  const { volumeName } = (await read(`${core}/persistentvolumeclaims/data`)).spec
  await admin.request('POST', machines, { body: plainMachine('keeper', { claim: 'data' }) })
  await slowly('its machine runs', () => shows('keeper', 'Running'))
  await admin.request('DELETE', `${machines}/keeper`)
  await admin.request('DELETE', `${core}/persistentvolumeclaims/data`)
  await slowly('the volume is gone', async () => !(await exists(`/api/v1/persistentvolumes/${volumeName}`)))
})

type Condition = { readonly type: string; readonly status: string; readonly message?: string }
type ContainerStatus = { readonly state: { readonly waiting?: { readonly reason: string } } }
// oxlint-disable-next-line typescript/no-explicit-any -- whatever the API server answers, looked at by assertions
type Answer = any

const read = (path: string): Promise<Answer> => admin.request('GET', path)

async function exists(path: string): Promise<boolean> {
  return admin.request('GET', path).then(
    () => true,
    () => false,
  )
}

async function podOf(machine: string): Promise<Answer> {
  const { items } = await read(`${core}/pods`)
  return items.find((pod: Answer) => pod.metadata.labels['vm.kubevirt.io/name'] === machine)
}

async function shows(machine: string, status: string): Promise<boolean> {
  return (await read(`${machines}/${machine}`)).status?.printableStatus === status
}

async function runsAsOther(machine: string, uid: string): Promise<boolean> {
  const instance = (await exists(`${instances}/${machine}`)) ? await read(`${instances}/${machine}`) : undefined
  return instance !== undefined && instance.metadata.uid !== uid && instance.status?.phase === 'Running'
}

async function setRunStrategy(machine: string, runStrategy: string): Promise<void> {
  await admin.request('PATCH', `${machines}/${machine}`, { body: { spec: { runStrategy } }, contentType: mergePatch })
}
