import assert from 'node:assert/strict'
import { test } from 'node:test'
import { driftOf, metadataDriftOf } from '../../../../operator/desired/comparison/drift.ts'
import { isSameQuantity } from '../../../../operator/desired/comparison/quantity.ts'

const manager = 'moltagent-operator'

const owned = (fieldsV1: object, by = manager, operation = 'Apply') => ({ manager: by, operation, fieldsV1 })

const desired = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'aria-agent', labels: { 'moltagent.cloud/role': 'agent' }, ownerReferences: [{ uid: 'u-1', name: 'aria' }] },
  spec: { selector: { role: 'agent' }, ports: [{ name: 'tcp-8443', port: 8443, protocol: 'TCP' }] },
}

const stored = {
  ...desired,
  metadata: {
    ...desired.metadata,
    resourceVersion: '7',
    uid: 'x',
    labels: { ...desired.metadata.labels, 'their.example/label': 'stays' },
    ownerReferences: [
      { uid: 'u-0', name: 'theirs' },
      { uid: 'u-1', name: 'aria' },
    ],
  },
  spec: {
    ...desired.spec,
    clusterIP: '10.96.0.3',
    ports: [
      { name: 'theirs', port: 1, protocol: 'TCP' },
      { ...desired.spec.ports[0], targetPort: 8443 },
    ],
  },
}

test('defaults, labels of others and items that others added to merged lists are no drift', () => {
  assert.deepEqual(driftOf(desired, stored, manager), [])
})

test('an item of a list, which carries neither kind nor version, is compared all the same', () => {
  const { apiVersion: _apiVersion, kind: _kind, ...item } = stored
  assert.deepEqual(driftOf(desired, item, manager), [])
})

test('a changed, missing or re-typed field is drift, and is named', () => {
  assert.deepEqual(driftOf(desired, { ...stored, spec: { ...stored.spec, selector: { role: 'nextcloud' } } }, manager), [
    'spec.selector.role',
  ])
  assert.deepEqual(driftOf(desired, { ...stored, spec: { ports: stored.spec.ports } }, manager), ['spec.selector'])
  assert.deepEqual(driftOf(desired, { ...stored, spec: 'gone' }, manager), ['spec'])
  const relabelled = { ...stored, metadata: { ...stored.metadata, labels: { 'their.example/label': 'stays' } } }
  assert.deepEqual(driftOf(desired, relabelled, manager), ['metadata.labels.moltagent.cloud/role'])
  assert.deepEqual(driftOf(desired, { ...stored, spec: { ...stored.spec, ports: [] } }, manager), ['spec.ports[0]'])
})

test('a list that is not merged by key must be exactly ours', () => {
  const policy = { spec: { ingress: [{ from: [{ podSelector: {} }] }] } }
  const widened = { spec: { ingress: [{ from: [{ podSelector: {} }, { ipBlock: { cidr: '0.0.0.0/0' } }] }] } }
  assert.deepEqual(driftOf(policy, widened, manager), ['spec.ingress[0].from'])
  assert.deepEqual(driftOf(policy, { spec: {} }, manager), ['spec.ingress'])
})

test('amounts may be spelt differently, at the fields that hold amounts alone', () => {
  const claim = (storage: string) => ({ spec: { resources: { requests: { storage } } } })
  assert.deepEqual(driftOf(claim('1024Mi'), claim('1Gi'), manager), [])
  assert.deepEqual(driftOf(claim('2Gi'), claim('1Gi'), manager), ['spec.resources.requests.storage'])
  assert.deepEqual(driftOf({ spec: { name: '1024Mi' } }, { spec: { name: '1Gi' } }, manager), ['spec.name'])
})

test('what we own and no longer want is drift: only an apply takes it away', () => {
  const withFields = (fields: object, by?: string, operation?: string) => ({
    ...stored,
    metadata: { ...stored.metadata, managedFields: [owned(fields, by, operation)] },
  })
  const gpu = { 'f:spec': { 'f:selector': { '.': {}, 'f:role': {} }, 'f:gpus': {} } }
  assert.deepEqual(driftOf(desired, withFields(gpu), manager), ['spec.gpus'])
  assert.deepEqual(driftOf(desired, withFields(gpu, 'kubectl-edit'), manager), [])
  assert.deepEqual(driftOf(desired, withFields(gpu, manager, 'Update'), manager), [])
  const port = { 'f:spec': { 'f:ports': { 'k:{"port":22,"protocol":"TCP"}': { '.': {}, 'f:port': {} } } } }
  assert.deepEqual(driftOf(desired, withFields(port), manager), ['spec.ports.{"port":22,"protocol":"TCP"}'])
  const wanted = { 'f:spec': { 'f:ports': { 'k:{"port":8443,"protocol":"TCP"}': { '.': {}, 'f:port': {} } } } }
  assert.deepEqual(driftOf(desired, withFields(wanted), manager), [])
  const owner = { 'f:metadata': { 'f:ownerReferences': { 'k:{"uid":"u-9"}': {} } } }
  assert.deepEqual(driftOf(desired, withFields(owner), manager), ['metadata.ownerReferences.{"uid":"u-9"}'])
  const finalizer = { 'f:metadata': { 'f:finalizers': { 'v:"x"': {} } } }
  assert.deepEqual(driftOf(desired, withFields(finalizer), manager), ['metadata.finalizers'])
})

const secret = { metadata: { name: 'aria-agent-boot', annotations: { digest: 'd1' } }, data: { userdata: 'e30=' }, type: 'Opaque' }

test('a Secret is compared by its metadata: digest, and that every key is still ours', () => {
  const metadata = { ...secret.metadata, managedFields: [owned({ 'f:data': { 'f:userdata': {} }, 'f:type': {} })] }
  assert.deepEqual(metadataDriftOf(secret, metadata, manager), [])
  assert.deepEqual(metadataDriftOf(secret, { ...metadata, annotations: { digest: 'd0' } }, manager), ['metadata.annotations.digest'])
  const taken = {
    ...metadata,
    managedFields: [owned({ 'f:type': {} }), owned({ 'f:data': { 'f:userdata': {} } }, 'kubectl-edit', 'Update')],
  }
  assert.deepEqual(metadataDriftOf(secret, taken, manager), ['data.userdata'])
  const more = { ...metadata, managedFields: [owned({ 'f:data': { 'f:userdata': {}, 'f:old': {} } })] }
  assert.deepEqual(metadataDriftOf(secret, more, manager), ['data.old'])
})

test('quantities are compared as amounts', () => {
  for (const [left, right] of [
    ['1Gi', '1024Mi'],
    ['1.5Gi', '1536Mi'],
    ['1k', '1000'],
    ['500m', '0.5'],
    ['2', 2],
  ] as const) {
    assert.ok(isSameQuantity(left, right), `${left} = ${right}`)
  }
  for (const [left, right] of [
    ['1Gi', '1G'],
    ['1', '1m'],
    ['', ''],
    ['x', 'x'],
    ['1e3', '1000'],
    ['0.0001', '0'],
  ] as const) {
    assert.ok(!isSameQuantity(left, right), `${left} ≠ ${right}`)
  }
})
