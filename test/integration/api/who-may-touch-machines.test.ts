import { after, before, describe, test } from 'node:test'
import { assertRefused } from '../../support/assert-refused.ts'
import { waitUntil } from '../../support/wait-until.ts'
import { machineDocument, machineSpec, waysOut } from './machine-document.ts'
import { openTouchFixture, ourLabels, type TouchFixture } from './touch-fixture.ts'

let fixture: TouchFixture
before(async () => {
  fixture = await openTouchFixture('machines')
})
after(() => fixture.close())

const at = (path: string): string => path.replace('NS', fixture.namespace)
const merge = (body: unknown) => ({ body, contentType: 'application/merge-patch+json' })
const pods = '/api/v1/namespaces/NS/pods'
const machines = '/apis/kubevirt.io/v1/namespaces/NS/virtualmachines'
const instances = '/apis/kubevirt.io/v1/namespaces/NS/virtualmachineinstances'
const podSpec = { containers: [{ name: 'a', image: 'registry.example.org/a' }] }
const labels = ourLabels('agent')

describe('pods with our labels', () => {
  const onlyKubevirt = 'only KubeVirt makes pods and machine instances with moltagent.cloud/ labels'

  test('are made by KubeVirt alone', async () => {
    const body = { metadata: { name: 'insider', labels }, spec: podSpec }
    for (const person of ['admin', 'operator', 'gateway', 'breakGlass'] as const) {
      await assertRefused(fixture.as[person].request('POST', `${at(pods)}?dryRun=All`, { body }), onlyKubevirt)
    }
    await fixture.as.kubevirt.request('POST', at(pods), { body })
  })

  test('one label of ours is enough to be refused', async () => {
    const body = { metadata: { name: 'insider-2', labels: { 'moltagent.cloud/role': 'agent' } }, spec: podSpec }
    await assertRefused(fixture.as.admin.request('POST', at(pods), { body }), onlyKubevirt)
  })

  test('nobody labels a pod of their own as ours, nor changes the labels of ours', async () => {
    await fixture.as.admin.request('POST', at(pods), { body: { metadata: { name: 'outsider' }, spec: podSpec } })
    const sentence = 'only KubeVirt changes moltagent.cloud/ labels'
    await assertRefused(fixture.as.admin.request('PATCH', at(`${pods}/outsider`), merge({ metadata: { labels } })), sentence)
    const other = { 'moltagent.cloud/role': 'nextcloud' }
    await assertRefused(fixture.as.admin.request('PATCH', at(`${pods}/insider`), merge({ metadata: { labels: other } })), sentence)
    await assertRefused(
      fixture.as.operator.request('PATCH', at(`${pods}/insider`), merge({ metadata: { labels: { 'moltagent.cloud/role': null } } })),
      sentence,
    )
    await fixture.as.admin.request('PATCH', at(`${pods}/insider`), merge({ metadata: { annotations: { note: 'a' } } }))
  })

  test('no debugging container joins one, but the break-glass group’s', async () => {
    const body = { spec: { ephemeralContainers: [{ name: 'debug', image: 'registry.example.org/debug' }] } }
    const path = at(`${pods}/insider/ephemeralcontainers`)
    const patch = { body, contentType: 'application/strategic-merge-patch+json' }
    await assertRefused(fixture.as.admin.request('PATCH', path, patch), "no debugging container joins a machine's pod")
    await fixture.as.breakGlass.request('PATCH', `${path}?dryRun=All`, patch)
  })

  test('share nothing of their node and have no second network, even if KubeVirt makes them', async () => {
    const make = (metadata: object, spec: object) =>
      fixture.as.kubevirt.request('POST', at(pods), {
        body: { metadata: { name: 'x', labels, ...metadata }, spec: { ...podSpec, ...spec } },
      })
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) {
      await assertRefused(make({}, { [field]: true }), "a machine's pod shares nothing of its node")
    }
    await assertRefused(
      make({ annotations: { 'k8s.v1.cni.cncf.io/networks': 'lan' } }, {}),
      'leave the annotation k8s.v1.cni.cncf.io/networks out',
    )
  })
})

describe('machines with our labels', () => {
  test('an instance without a machine is refused', async () => {
    const body = { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachineInstance', metadata: { name: 'x', labels }, spec: machineSpec() }
    await assertRefused(fixture.as.admin.request('POST', at(instances), { body }), 'only KubeVirt makes pods and machine instances')
    await assertRefused(fixture.as.operator.request('POST', at(instances), { body }), 'only KubeVirt makes pods and machine instances')
  })

  test('our labels in the template of somebody else’s machine, set or pool are refused', async () => {
    const sentence = 'only the Moltagent operator writes machine templates with moltagent.cloud/ labels'
    const { spec } = machineDocument('x')
    const { template } = spec
    await assertRefused(
      fixture.as.admin.request('POST', at(machines), { body: { ...machineDocument('x'), metadata: { name: 'x' } } }),
      sentence,
    )
    const set = {
      apiVersion: 'kubevirt.io/v1',
      kind: 'VirtualMachineInstanceReplicaSet',
      metadata: { name: 'x' },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    }
    await assertRefused(
      fixture.as.operator.request('POST', at('/apis/kubevirt.io/v1/namespaces/NS/virtualmachineinstancereplicasets'), { body: set }),
      sentence,
    )
    const pool = {
      kind: 'VirtualMachinePool',
      metadata: { name: 'x' },
      spec: { replicas: 1, selector: { matchLabels: labels }, virtualMachineTemplate: { metadata: { labels: { app: 'x' } }, spec } },
    }
    for (const version of ['v1alpha1', 'v1beta1']) {
      const served = await fixture.as.admin.request('GET', `/apis/pool.kubevirt.io/${version}`).then(
        () => true,
        () => false,
      )
      if (!served) continue
      const path = at(`/apis/pool.kubevirt.io/${version}/namespaces/NS/virtualmachinepools`)
      await assertRefused(
        fixture.as.operator.request('POST', path, { body: { ...pool, apiVersion: `pool.kubevirt.io/${version}` } }),
        sentence,
      )
    }
  })

  for (const { what, spec, sentence } of waysOut) {
    test(`${what} is refused, from the operator too`, () =>
      assertRefused(fixture.as.operator.request('POST', at(machines), { body: machineDocument('aria-out', spec) }), sentence))
  }

  test('a Multus annotation on the template is refused', async () => {
    const machine = machineDocument('aria-out')
    const metadata = { ...machine.spec.template.metadata, annotations: { 'k8s.v1.cni.cncf.io/networks': 'lan' } }
    const body = { ...machine, spec: { ...machine.spec, template: { ...machine.spec.template, metadata } } }
    await assertRefused(fixture.as.operator.request('POST', at(machines), { body }), 'has the pod network alone')
  })

  test('a right one becomes an instance and a pod with our labels, made by real KubeVirt under these policies', async () => {
    await fixture.as.operator.request('POST', at(machines), { body: machineDocument('aria-agent') })
    const selector = encodeURIComponent('moltagent.cloud/role=agent,kubevirt.io=virt-launcher')
    await waitUntil('there is a virt-launcher pod', async () => {
      const list = (await fixture.as.admin.request('GET', `${at(pods)}?labelSelector=${selector}`)) as { items: unknown[] }
      return list.items.length === 1
    })
    await assertRefused(
      fixture.as.admin.request('DELETE', at(`${instances}/aria-agent`)),
      'aria-agent is managed by the Moltagent operator',
    )
  })
})
