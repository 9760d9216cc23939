import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { finalizer } from '../../../operator/api/finalizer.ts'
import { assertRefused } from '../../support/assert-refused.ts'
import { moltagentDocument } from '../../support/moltagent-document.ts'
import { openTouchFixture, type TouchFixture } from './touch-fixture.ts'

let fixture: TouchFixture
let path: string
before(async () => {
  fixture = await openTouchFixture('status')
  const collection = `/apis/moltagent.cloud/v1alpha1/namespaces/${fixture.namespace}/moltagents`
  path = `${collection}/aria`
  await fixture.as.admin.request('POST', collection, { body: moltagentDocument({ namespace: fixture.namespace }) })
  await fixture.as.operator.request('PATCH', `${path}/status`, merge({ status }))
  await fixture.as.operator.request('PATCH', path, merge({ metadata: { finalizers: [finalizer] } }))
})
after(async () => {
  await fixture.as.operator.request('PATCH', path, merge({ metadata: { finalizers: [] } }))
  await fixture.close()
})

const merge = (body: unknown) => ({ body, contentType: 'application/merge-patch+json' })
const at = '2026-11-25T02:00:00.000Z'
const status = {
  phase: 'Revoked',
  vms: { agent: { state: 'Stopped', ip: '10.0.0.1' } },
  revocation: { trigger: 'AccountSecretDeleted', readmission: 0, at, stages: [{ name: 'latched', at, tookMs: 12 }] },
  provisioned: [{ name: 'account', at }],
  credentials: [{ name: 'openai', source: 'Secret', state: 'Revoked' }],
}
const agent = { version: '0.1.0', lastReport: at, approvalsPending: 2 }

test('the gateway writes status.agent', async () => {
  await fixture.as.gateway.request('PATCH', `${path}/status`, merge({ status: { agent } }))
  const stored = (await fixture.as.admin.request('GET', path)) as { status: { agent: unknown; phase: string } }
  assert.deepEqual(stored.status.agent, agent)
  assert.equal(stored.status.phase, 'Revoked')
})

test('the gateway writes its part by server-side apply too', async () => {
  const body = { apiVersion: 'moltagent.cloud/v1alpha1', kind: 'Moltagent', metadata: { name: 'aria' }, status: { agent } }
  await fixture.as.gateway.request('PATCH', `${path}/status?fieldManager=moltagent-gateway&force=true`, {
    body,
    contentType: 'application/apply-patch+yaml',
  })
})

for (const change of [{ phase: 'Running' }, { phase: null }, { conditions: [] }, { vms: null }, { revocation: null }]) {
  test(`the gateway does not write ${JSON.stringify(change)}`, () =>
    assertRefused(
      fixture.as.gateway.request('PATCH', `${path}/status`, merge({ status: change })),
      'the gateway changes nothing of a Moltagent but status.agent',
    ))
}

test('the gateway changes, makes and deletes no Moltagent', async () => {
  const sentence = 'the gateway changes nothing of a Moltagent but status.agent'
  await assertRefused(fixture.as.gateway.request('PATCH', path, merge({ spec: { readmission: 1 } })), sentence)
  await assertRefused(fixture.as.gateway.request('DELETE', path), sentence)
  const collection = path.slice(0, path.lastIndexOf('/'))
  const body = moltagentDocument({ name: 'bella', namespace: fixture.namespace })
  await assertRefused(fixture.as.gateway.request('POST', collection, { body }), sentence)
})

for (const field of ['revocation', 'vms', 'provisioned', 'credentials'] as const) {
  test(`only the operator changes status.${field}`, async () => {
    const sentence = 'only the operator changes status.revocation, status.vms'
    for (const person of ['admin', 'breakGlass', 'kubevirt'] as const) {
      await assertRefused(fixture.as[person].request('PATCH', `${path}/status`, merge({ status: { [field]: null } })), sentence)
    }
    await fixture.as.operator.request('PATCH', `${path}/status?dryRun=All`, merge({ status: { [field]: null } }))
  })
}

test('only the operator adds what was not there', () =>
  assertRefused(
    fixture.as.admin.request('PATCH', `${path}/status`, merge({ status: { services: { agent: ['10.96.0.9'] } } })),
    'only the operator changes status.revocation, status.vms',
  ))

test('a person may still write a condition of their own', () =>
  void fixture.as.admin.request(
    'PATCH',
    `${path}/status?dryRun=All`,
    merge({ status: { conditions: [{ type: 'Reviewed', status: 'True', reason: 'Yes', message: 'ok', lastTransitionTime: at }] } }),
  ))

test('the finalizer is removed by the operator or the break-glass group, so that machines go before their policies', async () => {
  const nothing = merge({ metadata: { finalizers: [] } })
  await assertRefused(fixture.as.admin.request('PATCH', path, nothing), `only the operator removes the finalizer ${finalizer}`)
  await fixture.as.admin.request('PATCH', path, merge({ metadata: { labels: { team: 'a' } } }))
  await fixture.as.breakGlass.request('PATCH', `${path}?dryRun=All`, nothing)
  await fixture.as.operator.request('PATCH', `${path}?dryRun=All`, nothing)
})
