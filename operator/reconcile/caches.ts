import type { Entry } from '../controller/source.ts'
import type { Cache } from '../controller/scoped-stores.ts'
import type { Store } from '../controller/store.ts'
import type { ParsedMoltagent } from '../api/parse-moltagent.ts'
import type { ObservedObject } from './observed-object.ts'

/** A Moltagent as the cache keeps it: parsed, or why it cannot be. */
export interface ObservedMoltagent extends Entry {
  readonly namespace: string
  readonly name: string
  readonly parsed: ParsedMoltagent
}

/** What reconciles read. Keys are `namespace/name`. Policies and Moltagents are grouped by namespace, the others by `moltagent.cloud/uid`. */
export interface Caches {
  readonly moltagents: Cache<ObservedMoltagent>
  readonly policies: Cache<ObservedObject>
  readonly claims: Cache<ObservedObject>
  readonly services: Cache<ObservedObject>
  readonly machines: Cache<ObservedObject>
  readonly instances: Cache<ObservedObject>
  /** Metadata of the Secrets of one namespace; undefined until that namespace is watched. */
  readonly secrets: (namespace: string) => Store<ObservedObject> | undefined
}
