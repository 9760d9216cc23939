import { ApiError } from '../../../operator/cluster/api-error.ts'
import type { Cluster } from '../../../operator/cluster/api-client.ts'
import { collectionPath, kindOf, type Kind } from '../../../operator/cluster/kinds.ts'
import type { KubernetesObject } from '../../../operator/cluster/kubernetes-object.ts'
import { applyMerge, fieldsOf } from './apply-merge.ts'

export interface Write {
  readonly verb: 'apply' | 'create' | 'replace' | 'remove'
  readonly kind: string
  readonly name: string
  readonly subresource: string | undefined
}

export interface FakeApi {
  readonly cluster: Cluster
  readonly writes: Write[]
  readonly all: () => readonly KubernetesObject[]
  readonly read: (kind: Kind, namespace: string, name: string) => KubernetesObject | undefined
  /** As somebody else: stores the object as it is, ownership of what it changes included. */
  readonly put: (object: KubernetesObject) => KubernetesObject
  readonly drop: (kind: Kind, namespace: string, name: string) => void
  readonly onChange: (listener: (object: KubernetesObject, deleted: boolean) => void) => void
  /** Stands before each write; throwing refuses it. `stored` runs after it is stored; throwing loses the answer. */
  readonly faults: { before?: (write: Write, number: number) => void; stored?: (write: Write, number: number) => void }
  /** A webhook: changes what is to be stored. */
  readonly webhooks: ((object: KubernetesObject) => KubernetesObject)[]
}

const pathOf = (kind: Kind, namespace: string | undefined, name: string): string => `${collectionPath(kind, namespace)}/${name}`

/** A double of the API server in memory: server-side apply with ownership of maps' fields (lists are atomic), finalizers, addresses. */
export function fakeApi(): FakeApi {
  const objects = new Map<string, KubernetesObject>()
  const listeners: ((object: KubernetesObject, deleted: boolean) => void)[] = []
  const writes: Write[] = []
  const faults: FakeApi['faults'] = {}
  const webhooks: FakeApi['webhooks'] = []
  let version = 100
  let made = 0

  const tell = (object: KubernetesObject, deleted: boolean): void => listeners.forEach((listener) => listener(object, deleted))
  const store = (path: string, object: KubernetesObject): KubernetesObject => {
    version += 1
    const { metadata } = object
    const uid = metadata.uid ?? `00000000-0000-4000-8000-${String((made += 1)).padStart(12, '0')}`
    const creationTimestamp = metadata.creationTimestamp ?? '2026-01-01T00:00:00Z'
    const stored = withAddress(
      {
        ...object,
        metadata: { ...metadata, uid, creationTimestamp, generation: metadata.generation ?? 1, resourceVersion: String(version) },
      },
      made,
    )
    if (stored.metadata.deletionTimestamp !== undefined && (stored.metadata.finalizers ?? []).length === 0) {
      objects.delete(path)
      tell(stored, true)
    } else {
      objects.set(path, stored)
      tell(stored, false)
    }
    return stored
  }
  const write = <T>(entry: Write, action: () => T): Promise<T> => {
    const number = writes.length
    faults.before?.(entry, number)
    writes.push(entry)
    const result = action()
    faults.stored?.(entry, number)
    return Promise.resolve(result)
  }
  const remove = (kind: Kind, namespace: string, name: string): void => {
    const path = pathOf(kind, namespace, name)
    const found = objects.get(path)
    if (found === undefined) return
    if ((found.metadata.finalizers ?? []).length > 0)
      store(path, { ...found, metadata: { ...found.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } })
    else {
      objects.delete(path)
      version += 1
      tell({ ...found, metadata: { ...found.metadata, resourceVersion: String(version) } }, true)
    }
  }
  const cluster: Cluster = {
    apply: async (object, { manager, subresource }) => {
      const kind = kindOf(object)
      const { namespace, name, uid } = object.metadata
      const path = pathOf(kind, namespace, name)
      return write({ verb: 'apply', kind: kind.kind, name, subresource }, () => {
        const current = objects.get(path)
        if (uid !== undefined && current?.metadata.uid !== uid) throw new ApiError('applying', 409, '{"reason":"Conflict"}')
        const merged = webhooks.reduce((next, webhook) => webhook(next), applyMerge(current, object, manager, subresource))
        if (current !== undefined && isSame(current, merged)) return current
        const specChanged = JSON.stringify(current?.['spec']) !== JSON.stringify(merged['spec'])
        const generation = (current?.metadata.generation ?? 0) + Number(specChanged)
        return store(path, { ...merged, metadata: { ...merged.metadata, generation: Math.max(generation, 1) } })
      })
    },
    create: (object) =>
      write({ verb: 'create', kind: object.kind, name: object.metadata.name, subresource: undefined }, () =>
        store(pathOf(kindOf(object), object.metadata.namespace, object.metadata.name), object),
      ),
    replace: (object) => Promise.reject(new Error(`the double does not replace ${object.kind}`)),
    get: async (kind, namespace, name) => objects.get(pathOf(kind, namespace, name)),
    list: async (kind, namespace, labels) =>
      [...objects.values()].filter(
        (object) =>
          object.kind === kind.kind &&
          object.metadata.namespace === namespace &&
          Object.entries(labels).every(([key, value]) => object.metadata.labels?.[key] === value),
      ),
    remove: (kind, namespace, name, { uid }) =>
      write({ verb: 'remove', kind: kind.kind, name, subresource: undefined }, () => {
        if (objects.get(pathOf(kind, namespace, name))?.metadata.uid === uid) remove(kind, namespace, name)
      }),
  }
  return {
    cluster,
    writes,
    faults,
    webhooks,
    all: () => [...objects.values()],
    read: (kind, namespace, name) => objects.get(pathOf(kind, namespace, name)),
    put: (object) => store(pathOf(kindOf(object), object.metadata.namespace, object.metadata.name), object),
    drop: remove,
    onChange: (listener) => void listeners.push(listener),
  }
}

const isSame = (left: KubernetesObject, right: KubernetesObject): boolean => {
  const plain = (object: KubernetesObject): string =>
    JSON.stringify({
      ...object,
      metadata: { ...object.metadata, resourceVersion: '', managedFields: fieldsOf({ of: object.metadata.managedFields }) },
    })
  return plain(left) === plain(right) && JSON.stringify(left.metadata.managedFields) === JSON.stringify(right.metadata.managedFields)
}

function withAddress(object: KubernetesObject, number: number): KubernetesObject {
  if (object.kind !== 'Service') return object
  const spec = object['spec'] as { clusterIP?: string; clusterIPs?: string[] }
  const clusterIP = spec.clusterIP ?? `10.96.0.${number}`
  return { ...object, spec: { ...spec, clusterIP, clusterIPs: spec.clusterIPs ?? [clusterIP] } }
}
