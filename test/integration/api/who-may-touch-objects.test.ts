import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assertRefused } from '../../support/assert-refused.ts'
import { waitUntil } from '../../support/wait-until.ts'
import { machineDocument } from './machine-document.ts'
import { openTouchFixture, ourLabels, type TouchFixture } from './touch-fixture.ts'

let fixture: TouchFixture
before(async () => {
  fixture = await openTouchFixture('objects')
  for (const { path, name, document } of managed) {
    await fixture.as.operator.request('POST', at(path), { body: { ...document, metadata: { name, labels: ourLabels() } } })
  }
})
after(() => fixture.close())

const at = (path: string, name?: string): string => path.replace('NS', fixture.namespace) + (name === undefined ? '' : `/${name}`)
const merge = (body: unknown) => ({ body, contentType: 'application/merge-patch+json' })
const claims = '/api/v1/namespaces/NS/persistentvolumeclaims'
const secrets = '/api/v1/namespaces/NS/secrets'
const policies = '/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies'
const machines = '/apis/kubevirt.io/v1/namespaces/NS/virtualmachines'

const managed = [
  {
    path: policies,
    name: 'aria-agent',
    document: { spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } },
    change: { spec: { policyTypes: ['Ingress'] } },
  },
  {
    path: '/api/v1/namespaces/NS/services',
    name: 'aria-ollama',
    document: { spec: { ports: [{ port: 11434 }] } },
    change: { spec: { selector: { app: 'thief' } } },
  },
  {
    path: claims,
    name: 'aria-agent-data',
    document: { spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources: { requests: { storage: '1Gi' } } } },
    change: { metadata: { labels: { 'moltagent.cloud/uid': null } } },
  },
  {
    path: secrets,
    name: 'aria-agent-boot',
    document: { stringData: { userdata: 'canary' } },
    change: { stringData: { userdata: 'stolen' } },
  },
  {
    path: machines,
    name: 'aria-halted',
    document: { ...machineDocument('x'), spec: { ...machineDocument('x').spec, runStrategy: 'Halted' } },
    change: { spec: { runStrategy: 'Always' } },
  },
]

describe('managed objects', () => {
  for (const { path, name, document, change } of managed) {
    // Of a machine two policies refuse, and which one answers is the server's choice.
    const sentence =
      path === machines
        ? 'the Moltagent operator'
        : `${name} is managed by the Moltagent operator: change the Moltagent aria instead, or act in the group moltagent:break-glass`
    const creation = path === machines ? 'the Moltagent operator' : 'is managed by the Moltagent operator'

    test(`${name}: a cluster's administrator changes and deletes nothing`, async () => {
      await assertRefused(fixture.as.admin.request('PATCH', at(path, name), merge(change)), sentence)
      await assertRefused(fixture.as.admin.request('DELETE', at(path, name)), sentence)
      await assertRefused(fixture.as.gateway.request('DELETE', at(path, name)), sentence)
    })

    test(`${name}: nobody else makes one like it, nor marks their own as ours`, async () => {
      const own = { ...document, metadata: { name: 'stranger' } }
      await assertRefused(
        fixture.as.admin.request('POST', at(path), { body: { ...own, metadata: { ...own.metadata, labels: ourLabels() } } }),
        creation,
      )
      await assertRefused(
        fixture.as.kubevirt.request('POST', at(path), { body: { ...own, metadata: { ...own.metadata, labels: ourLabels() } } }),
        creation,
      )
      if (path === machines) return
      await fixture.as.admin.request('POST', at(path), { body: own })
      await assertRefused(
        fixture.as.admin.request('PATCH', at(path, 'stranger'), merge({ metadata: { labels: ourLabels() } })),
        'is managed by the Moltagent operator',
      )
      await fixture.as.admin.request('DELETE', at(path, 'stranger'))
    })

    test(`${name}: the operator and the break-glass group may`, async () => {
      await fixture.as.operator.request('PATCH', `${at(path, name)}?dryRun=All`, merge(change))
      await fixture.as.breakGlass.request('PATCH', `${at(path, name)}?dryRun=All`, merge(change))
      await fixture.as.breakGlass.request('DELETE', `${at(path, name)}?dryRun=All`)
    })
  }

  test('KubeVirt changes machines', () =>
    void fixture.as.kubevirt.request('PATCH', `${at(machines, 'aria-halted')}?dryRun=All`, merge({ spec: { runStrategy: 'Always' } })))
})

describe('a claim, which storage drivers write on', () => {
  test('takes annotations and finalizers from anybody', async () => {
    await fixture.as.admin.request(
      'PATCH',
      at(claims, 'aria-agent-data'),
      merge({ metadata: { annotations: { 'driver.example.org/node': 'a' } } }),
    )
  })

  test('keeps its labels, its volume and its owners', async () => {
    const sentence = 'is managed by the Moltagent operator'
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '99999999-2222-4333-8444-555555555555' }
    for (const change of [
      { metadata: { labels: { extra: 'a' } } },
      { metadata: { ownerReferences: [owner] } },
      { spec: { volumeName: 'stolen' } },
    ]) {
      await assertRefused(fixture.as.admin.request('PATCH', at(claims, 'aria-agent-data'), merge(change)), sentence)
    }
  })
})

describe('the account Secret, whose deletion revokes', () => {
  const make = (name: string) =>
    fixture.as.operator.request('POST', at(secrets), { body: { metadata: { name, labels: ourLabels() }, stringData: { grant: 'canary' } } })

  test('may be emptied and deleted by whoever may write Secrets', async () => {
    await make('aria-account')
    await fixture.as.admin.request('PATCH', at(secrets, 'aria-account'), merge({ data: null }))
    await fixture.as.admin.request('DELETE', at(secrets, 'aria-account'))
  })

  test('is known by its own Moltagent’s name: another one that ends the same is managed', async () => {
    await make('bella-account')
    await assertRefused(
      fixture.as.admin.request('DELETE', at(secrets, 'bella-account')),
      'bella-account is managed by the Moltagent operator',
    )
  })
})

test('objects without our labels are nobody’s business', async () => {
  await fixture.as.admin.request('POST', at(secrets), { body: { metadata: { name: 'own' }, stringData: { a: 'b' } } })
  await fixture.as.admin.request('DELETE', at(secrets, 'own'))
})

test('the garbage collector still takes what has lost its owner', async () => {
  const owner = (await fixture.as.admin.request('POST', at('/api/v1/namespaces/NS/configmaps'), {
    body: { metadata: { name: 'owner' } },
  })) as {
    metadata: { uid: string }
  }
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid }]
  await fixture.as.operator.request('POST', at(policies), {
    body: { metadata: { name: 'owned', labels: ourLabels(), ownerReferences }, spec: { podSelector: {} } },
  })
  await fixture.as.admin.request('DELETE', at('/api/v1/namespaces/NS/configmaps', 'owner'))
  await waitUntil('the policy is collected', async () => {
    const list = (await fixture.as.admin.request('GET', at(policies))) as { items: { metadata: { name: string } }[] }
    return !list.items.some(({ metadata }) => metadata.name === 'owned')
  })
  assert.ok(true)
})
