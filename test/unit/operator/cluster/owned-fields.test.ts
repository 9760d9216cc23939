import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { contentDigest } from '../../../../operator/cluster/content-digest.ts'
import type { KubernetesObject } from '../../../../operator/cluster/kubernetes-object.ts'
import { ownedFields } from '../../../../operator/cluster/owned-fields.ts'

const manager = 'moltagent-operator'

function stored(fieldsV1: Record<string, unknown>, rest: Record<string, unknown>): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    ...rest,
    metadata: {
      name: 'aria-agent',
      labels: { ours: '1', theirs: '2' },
      managedFields: [
        { manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:metadata': { 'f:labels': { 'f:theirs': {} } } } },
        { manager, operation: 'Apply', fieldsV1 },
        { manager, operation: 'Apply', subresource: 'status', fieldsV1: { 'f:status': {} } },
      ],
    },
  }
}

describe('what we own of an object', () => {
  it('is our fields without those of third parties and defaults', () => {
    const object = stored(
      { 'f:metadata': { 'f:labels': { 'f:ours': {} } }, 'f:spec': { 'f:type': {} } },
      { spec: { type: 'ClusterIP', sessionAffinity: 'None' }, status: {} },
    )
    assert.deepEqual(ownedFields(object, manager), { metadata: { labels: { ours: '1' } }, spec: { type: 'ClusterIP' } })
  })

  it('has items of keyed lists as applied, without defaulted keys', () => {
    const object = stored(
      { 'f:spec': { 'f:ports': { 'k:{"port":443,"protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:port': {} } } } },
      {
        spec: {
          ports: [
            { name: 'other', port: 80, protocol: 'TCP' },
            { name: 'https', port: 443, protocol: 'TCP', nodePort: 0 },
          ],
        },
      },
    )
    assert.deepEqual(ownedFields(object, manager), { spec: { ports: [{ name: 'https', port: 443 }] } })
  })

  it('has items of sets, and atomic lists whole', () => {
    const object = stored(
      { 'f:metadata': { 'f:finalizers': { 'v:"ours"': {} } }, 'f:spec': { 'f:ingress': {} } },
      { spec: { ingress: [{ from: [{}] }] } },
    )
    const withFinalizers = { ...object, metadata: { ...object.metadata, finalizers: ['theirs', 'ours'] } }
    assert.deepEqual(ownedFields(withFinalizers, manager), { metadata: { finalizers: ['ours'] }, spec: { ingress: [{ from: [{}] }] } })
  })

  it('is undefined where we never applied', () => {
    assert.equal(ownedFields({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' } }, manager), undefined)
  })
})

describe('the content digest', () => {
  it('does not depend on the order of fields, nor on empty lists', () => {
    assert.equal(contentDigest({ a: 1, b: { c: 2, d: [] }, e: null }), contentDigest({ b: { c: 2 }, a: 1 }))
  })

  it('tells an empty rule, which allows everything, from no rule', () => {
    assert.notEqual(contentDigest({ ingress: [{}] }), contentDigest({ ingress: [] }))
    assert.notEqual(contentDigest({ from: [{ podSelector: {} }] }), contentDigest({ from: [{}] }))
  })

  it('depends on the order of items', () => {
    assert.notEqual(contentDigest([1, 2]), contentDigest([2, 1]))
  })
})
