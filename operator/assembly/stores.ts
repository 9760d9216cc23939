import { ScopedStores } from '../controller/scoped-stores.ts'
import type { KeyedQueue } from '../controller/keyed-queue.ts'
import type { Caches, ObservedMoltagent } from '../reconcile/caches.ts'
import type { ObservedObject } from '../reconcile/observed-object.ts'
import type { Change } from '../controller/store.ts'
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

/** A starting machine reports several times a second: so long is waited for the next report before status is written. */
const reportDelayMs = 250

/** The caches, each waking those whom a change concerns. `onMoltagent` hears of namespaces in which Moltagents come and go. */
export function createStores(queue: Pick<KeyedQueue, 'add' | 'addAfter'>, onMoltagent: (namespace: string) => void): Stores {
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
        const wake = isReportOnly(change)
          ? (key: string): void => queue.addAfter(key, reportDelayMs, 'patient')
          : (key: string): void => queue.add(key)
        for (const key of concerned(change, moltagents)) wake(key)
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

/** Only what somebody reports has changed, not what we own: nothing is to be put right, at most to be told. */
function isReportOnly({ previous, next }: Change<ObservedObject>): boolean {
  if (previous === undefined || next === undefined || previous.facts.kind === 'policy' || previous.facts.kind === 'secret') return false
  return (
    previous.uid === next.uid &&
    previous.applied === next.applied &&
    previous.deleting === next.deleting &&
    previous.instanceUid === next.instanceUid
  )
}

export function cachesOf(stores: Stores): Caches {
  return { ...stores, secrets: (namespace) => stores.secrets.of(namespace) }
}
