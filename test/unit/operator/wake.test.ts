import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concerned } from '../../../operator/assembly/wake.ts'
import type { KubernetesObject } from '../../../operator/cluster/kubernetes-object.ts'
import { ScopedStores } from '../../../operator/controller/scoped-stores.ts'
import type { ObservedMoltagent } from '../../../operator/reconcile/caches.ts'
import { projectObject } from '../../../operator/reconcile/project-object.ts'

const moltagents = new ScopedStores<ObservedMoltagent>({ groupOf: (entry) => entry.namespace, onChange: () => {} })
for (const key of ['team-a/aria', 'team-a/aria-two', 'team-b/aria']) {
  const [namespace = '', name = ''] = key.split('/')
  moltagents.open('').put({ key, namespace, name, resourceVersion: '1', fingerprint: '', parsed: { ok: false, message: '' } })
}

const wakes = (object: Partial<KubernetesObject> & { readonly kind: string }): readonly string[] => {
  const observed = projectObject({ apiVersion: 'v1', metadata: { name: 'x', namespace: 'team-a' }, spec: {}, ...object })
  return [...concerned({ key: observed.key, previous: undefined, next: observed }, moltagents)].sort()
}

describe('a change wakes', () => {
  it('the resource that its labels name', () => {
    const metadata = { name: 'aria-agent', namespace: 'team-a', labels: { 'moltagent.cloud/name': 'aria' } }
    assert.deepEqual(wakes({ kind: 'Service', metadata }), ['team-a/aria'])
  })

  it('everybody in the namespace, when it is a policy or a Secret of nobody: it may widen anybody’s, or be named by anybody', () => {
    assert.deepEqual(wakes({ kind: 'NetworkPolicy' }), ['team-a/aria', 'team-a/aria-two'])
    assert.deepEqual(wakes({ kind: 'Secret' }), ['team-a/aria', 'team-a/aria-two'])
  })

  it('those whose name it may stand in the way of, when it is anything else of nobody', () => {
    assert.deepEqual(wakes({ kind: 'Service', metadata: { name: 'aria-two-agent', namespace: 'team-a' } }), [
      'team-a/aria',
      'team-a/aria-two',
    ])
    assert.deepEqual(wakes({ kind: 'Service', metadata: { name: 'shop', namespace: 'team-a' } }), [])
  })

  it('both, when a label is moved from one to another', () => {
    const of = (name: string) =>
      projectObject({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'x', namespace: 'team-a', labels: { 'moltagent.cloud/name': name } },
        spec: {},
      })
    const keys = concerned({ key: 'team-a/x', previous: of('aria'), next: of('aria-two') }, moltagents)
    assert.deepEqual([...keys].sort(), ['team-a/aria', 'team-a/aria-two'])
  })
})
