import { ScopedStores } from '../controller/scoped-stores.ts'
import type { KeyedQueue } from '../controller/keyed-queue.ts'
import type { Caches, ObservedMoltagent } from '../reconcile/caches.ts'
import type { ObservedObject } from '../reconcile/observed-object.ts'
import { concerned } from './wake.ts'

export interface Stores {
  readonly moltagents: ScopedStores<ObservedMoltagent>
  readonly policies: ScopedStores<ObservedObject>
  readonly claims: ScopedStores<ObservedObject>
  readonly services: ScopedStores<ObservedObject>
  readonly machines: ScopedStores<ObservedObject>
  readonly instances: ScopedStores<ObservedObject>
  readonly secrets: ScopedStores<ObservedObject>
}

/** The caches, each waking those whom a change concerns. `onMoltagent` hears of namespaces in which Moltagents come and go. */
export function createStores(queue: Pick<KeyedQueue, 'add'>, onMoltagent: (namespace: string) => void): Stores {
  const moltagents = new ScopedStores<ObservedMoltagent>({
    groupOf: (entry) => entry.namespace,
    onChange: ({ key, previous, next }) => {
      queue.add(key)
      const namespace = (next ?? previous)?.namespace
      if (namespace !== undefined && (previous === undefined || next === undefined)) onMoltagent(namespace)
    },
  })
  const children = (groupOf: (entry: ObservedObject) => string | undefined): ScopedStores<ObservedObject> =>
    new ScopedStores({
      groupOf,
      onChange: (change) => {
        for (const key of concerned(change, moltagents)) queue.add(key)
      },
    })
  const byUid = (entry: ObservedObject): string | undefined => entry.instanceUid
  return {
    moltagents,
    policies: children((entry) => entry.namespace),
    claims: children(byUid),
    services: children(byUid),
    machines: children(byUid),
    instances: children(byUid),
    secrets: children(byUid),
  }
}

export function cachesOf(stores: Stores): Caches {
  return { ...stores, secrets: (namespace) => stores.secrets.of(namespace) }
}
