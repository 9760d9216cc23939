import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKubernetesClient, type KubernetesClient } from '../../../local/kubernetes/client.ts'
import type { Moltagent } from '../../../operator/api/moltagent.ts'
import type { MoltagentSpecInput } from '../../../operator/api/moltagent-spec.ts'
import { parseMoltagent } from '../../../operator/api/parse-moltagent.ts'
import type { Role } from '../../../operator/api/roles.ts'
import { type DesiredObjects, desiredFoundations, desiredObjects } from '../../../operator/desired/desired-objects.ts'
import { resolveImages } from '../../../operator/desired/machine-images.ts'
import { foreignPolicies } from '../../../operator/desired/network/foreign-policies.ts'
import type { VirtualMachine } from '../../../operator/desired/virtual-machine-object.ts'
import { applyObject, objectPath } from '../../support/apply-object.ts'
import { foundationFacts, machineFacts } from '../../support/desired-facts.ts'
import { everything } from '../../support/golden-files.ts'
import { installDefinition } from '../../support/install-definition.ts'
import { isStoredAsSent } from '../../support/is-stored-as-sent.ts'
import { moltagentDocument } from '../../support/moltagent-document.ts'
import { selects } from '../../support/network-policy/evaluator.ts'
import { openTestCluster, type TestCluster } from '../../support/test-cluster.ts'

const namespace = `stored-objects-${process.pid}`

let cluster: TestCluster
let admin: KubernetesClient
before(async () => {
  cluster = await openTestCluster()
  admin = createKubernetesClient(cluster.admin)
  await installDefinition(admin)
  await applyObject(admin, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
})
after(async () => {
  await admin.request('DELETE', `/api/v1/namespaces/${namespace}`)
  admin.close()
  await cluster.stop()
})

type AnyObject = DesiredObjects[keyof DesiredObjects][number]

const inOrder = ({ policies, claims, services, secrets, machines }: DesiredObjects): readonly AnyObject[] => [
  ...policies,
  ...claims,
  ...services,
  ...secrets,
  ...machines,
]

const read = async (object: AnyObject): Promise<object> => (await admin.request('GET', objectPath(object))) as object

async function create(name: string, spec: Partial<MoltagentSpecInput>): Promise<Moltagent> {
  const parsed = parseMoltagent(await applyObject(admin, moltagentDocument({ name, namespace, spec }), { manager: 'alice' }))
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.message)
  return parsed.moltagent
}

/** Made as the operator does it: Services first, since the others hold their addresses. */
async function objectsOf(moltagent: Moltagent): Promise<DesiredObjects> {
  const addresses = await Promise.all(
    desiredFoundations(moltagent, foundationFacts).services.map(async (service) => {
      const stored = (await applyObject(admin, service)) as { spec: { clusterIPs: string[] } }
      return stored.spec.clusterIPs
    }),
  )
  const [nextcloud = [], agent = [], ollama = []] = addresses
  const serviceAddresses = { nextcloud, agent, ollama }
  const resolved = resolveImages(moltagent, foundationFacts.configuration)
  assert.ok(resolved.ok)
  return desiredObjects(
    moltagent,
    { ...foundationFacts, recordedAddresses: serviceAddresses },
    { ...machineFacts, images: resolved.images, serviceAddresses },
  )
}

/** Names of the objects that the operator would send again. */
async function drifting(objects: readonly AnyObject[]): Promise<readonly string[]> {
  const found = await Promise.all(
    objects.map(async (object) => (isStoredAsSent(object, await read(object)) ? [] : [`${object.kind} ${object.metadata.name}`])),
  )
  return found.flat()
}

/** Amounts that the API server stores in another spelling. */
const oddlySpelt: Partial<MoltagentSpecInput> = {
  nextcloud: { hostname: 'cloud.example.org', resources: { memory: '4096Mi' }, storage: { size: '2048Mi' } },
  agent: { account: 'aria', operators: ['alice'], resources: { memory: '1536Mi' }, storage: { size: '1024Gi' } },
  ollama: { resources: { memory: '1024Mi' } },
}

for (const [name, spec] of [
  ['minimal', {}],
  ['everything', everything],
  ['suspended', { suspend: true }],
  ['oddly spelt', oddlySpelt],
] as const) {
  test(`a ${name} Moltagent: Kubernetes and KubeVirt admit every object, and what is stored shows no drift`, async () => {
    const objects = await objectsOf(await create(name.replace(' ', '-'), spec))
    for (const object of inOrder(objects)) await applyObject(admin, object)
    assert.deepEqual(await drifting(inOrder(objects)), [])
  })
}

test('there is still no drift when others have filled in their own, and after a second apply', async () => {
  const objects = await objectsOf(await create('twice', {}))
  for (const object of inOrder(objects)) await applyObject(admin, object)
  await waitForFirmware(objects.machines)
  assert.deepEqual(await drifting(inOrder(objects)), [])
  for (const object of inOrder(objects)) await applyObject(admin, object)
  assert.deepEqual(await drifting(inOrder(objects)), [])
})

/** KubeVirt's controller writes the firmware's UUID into the machine's own spec, a moment later. */
async function waitForFirmware(machines: readonly VirtualMachine[]): Promise<void> {
  for (const machine of machines) {
    for (let attempt = 0; ; attempt += 1) {
      const stored = (await read(machine)) as { spec: { template: { spec: { domain: { firmware?: { uuid?: string } } } } } }
      if (stored.spec.template.spec.domain.firmware?.uuid !== undefined) break
      assert.ok(attempt < 300, `${machine.metadata.name} gets a firmware UUID within 30 s`)
      await sleep(100)
    }
  }
}

test('what somebody changed is found, and put right by an apply; labels that others add stay', async () => {
  const objects = await objectsOf(await create('drifting', {}))
  for (const object of inOrder(objects)) await applyObject(admin, object)
  const [machine] = objects.machines
  const [service] = objects.services
  const secret = objects.secrets.find(({ metadata }) => metadata.name.endsWith('-boot'))
  assert.ok(machine && service && secret)
  const patch = (object: AnyObject, body: object) =>
    admin.request('PATCH', `${objectPath(object)}?fieldManager=kubectl-edit`, { body, contentType: 'application/merge-patch+json' })

  await patch(machine, { metadata: { labels: { 'their.example/label': 'stays' } }, spec: { runStrategy: 'Halted' } })
  await patch(service, { spec: { selector: { role: 'theirs' } } })
  await patch(secret, { data: { userdata: 'e30=' } })
  const names = [`VirtualMachine ${machine.metadata.name}`, `Service ${service.metadata.name}`, `Secret ${secret.metadata.name}`]
  assert.deepEqual(await drifting([machine, service, secret]), names)

  for (const object of [machine, service, secret]) await applyObject(admin, object)
  assert.deepEqual(await drifting(inOrder(objects)), [])
  const mended = (await read(machine)) as { metadata: { labels: Record<string, string> } }
  assert.equal(mended.metadata.labels['their.example/label'], 'stays')
  const { spec } = (await read(service)) as { spec: { selector: object } }
  assert.deepEqual(spec.selector, service.spec.selector)
})

test('what the resource no longer asks for is drift until it is gone: GPUs, the owner of a claim that is now retained', async () => {
  const before = await objectsOf(await create('less', { ...everything }))
  for (const object of inOrder(before)) await applyObject(admin, object)
  const { gpu: _gpu, ...ollama } = everything.ollama
  const after = await objectsOf(await create('less', { ...everything, deletionPolicy: 'Retain', ollama }))
  assert.deepEqual(await drifting([...after.claims, ...after.machines]), [
    'PersistentVolumeClaim less-nextcloud-data',
    'VirtualMachine less-ollama',
  ])
  for (const object of inOrder(after)) await applyObject(admin, object)
  assert.deepEqual(await drifting(inOrder(after)), [])
})

interface LauncherPod {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> }
  readonly spec: {
    readonly automountServiceAccountToken?: boolean
    readonly hostNetwork?: boolean
    readonly dnsPolicy: string
    readonly dnsConfig?: { readonly nameservers?: readonly string[] }
    readonly volumes?: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[]
  }
}

test("KubeVirt's pod for a machine: policies select it, others are judged by its labels, no token, no name server, no host network", async () => {
  const moltagent = await create('pods', {})
  const objects = await objectsOf(moltagent)
  for (const object of inOrder(objects)) await applyObject(admin, object)
  // The one without a claim: nobody binds claims here.
  const pod = await podOf(moltagent, 'ollama')
  const { labels } = pod.metadata
  const policy = objects.policies.find(({ metadata }) => metadata.name === 'pods-ollama')
  assert.ok(selects(policy?.spec.podSelector ?? {}, labels))

  const byLabel = (key: string, value: string) => ({
    metadata: { name: key },
    spec: { podSelector: { matchLabels: { [key]: value } }, egress: [{}] },
  })
  for (const [key, value] of Object.entries(labels)) {
    const [foreign] = foreignPolicies(moltagent, [byLabel(key, value)])
    assert.ok(foreign?.roles.includes('ollama'), `a policy that selects the pod by ${key} is seen`)
  }

  assert.equal(pod.spec.automountServiceAccountToken, false)
  assert.ok(!pod.spec.hostNetwork)
  assert.deepEqual([pod.spec.dnsPolicy, pod.spec.dnsConfig?.nameservers], ['None', ['127.0.0.1']])
  const secrets = pod.spec.volumes?.flatMap(({ secret }) => (secret ? [secret.secretName] : []))
  assert.deepEqual([...new Set(secrets)], ['pods-ollama-boot'])
})

async function podOf(moltagent: Moltagent, role: Role): Promise<LauncherPod> {
  const selector = `moltagent.cloud/uid=${moltagent.metadata.uid},moltagent.cloud/role=${role}`
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const { items } = (await admin.request('GET', path)) as { items: LauncherPod[] }
    if (items[0] !== undefined) return items[0]
    await sleep(100)
  }
  throw new Error(`waiting for the pod of ${role}: KubeVirt has made none after 30 s`)
}

test('a Service that was deleted comes back with the address it had', async () => {
  const objects = await objectsOf(await create('address', {}))
  const [service] = objects.services
  assert.ok(service?.spec.clusterIP)
  await applyObject(admin, service)
  await admin.request('DELETE', objectPath(service))
  const again = (await applyObject(admin, service)) as { spec: { clusterIP: string } }
  assert.equal(again.spec.clusterIP, service.spec.clusterIP)
})
