import { instanceAnnotation } from '../reconcile/instance-keys.ts'
import type { Cache } from '../controller/scoped-stores.ts'
import type { Change } from '../controller/store.ts'
import type { ObservedMoltagent } from '../reconcile/caches.ts'
import type { ObservedObject } from '../reconcile/observed-object.ts'

/** Which Moltagents a change of some object concerns, as keys. */
export function concerned(change: Change<ObservedObject>, moltagents: Cache<ObservedMoltagent>): ReadonlySet<string> {
  const sides = [change.previous, change.next].filter((side) => side !== undefined)
  const labelled = sides.flatMap((side) => labelledKey(side) ?? [])
  const strangers = sides.filter((side) => labelledKey(side) === undefined)
  return new Set([...labelled, ...strangers.flatMap((side) => concernedByStranger(side, moltagents))])
}

function labelledKey(object: ObservedObject): string | undefined {
  const home = object.facts.kind === 'secret' ? object.facts.annotations[instanceAnnotation] : undefined
  if (home !== undefined) return home
  return object.instance === undefined ? undefined : `${object.namespace}/${object.instance}`
}

/**
 * An object without our labels: a policy may widen anybody's in its namespace, a Secret may be named by any resource there, anything
 * else can only be in the way of a name.
 */
function concernedByStranger(object: ObservedObject, moltagents: Cache<ObservedMoltagent>): readonly string[] {
  const neighbours = moltagents.group(object.namespace)
  const concerns =
    object.facts.kind === 'policy' || object.facts.kind === 'secret'
      ? neighbours
      : neighbours.filter(({ name }) => object.name.startsWith(`${name}-`))
  return concerns.map(({ key }) => key)
}
