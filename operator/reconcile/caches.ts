import type { Entry } from '../controller/source.ts'
import type { Store } from '../controller/store.ts'
import type { ParsedMoltagent } from '../api/parse-moltagent.ts'
import type { ObservedObject } from './observed-object.ts'

/** A Moltagent as the cache keeps it: parsed, or why it cannot be. */
export interface ObservedMoltagent extends Entry {
  readonly namespace: string
  readonly name: string
  readonly parsed: ParsedMoltagent
}

/** What reconciles read. Keys are `namespace/name`; groups are namespaces. */
export interface Caches {
  readonly moltagents: Store<ObservedMoltagent>
  readonly policies: Store<ObservedObject>
  readonly claims: Store<ObservedObject>
  readonly services: Store<ObservedObject>
  readonly machines: Store<ObservedObject>
  readonly instances: Store<ObservedObject>
  /** Metadata of the Secrets of one namespace; undefined until that namespace is watched. */
  readonly secrets: (namespace: string) => Store<ObservedObject> | undefined
}
