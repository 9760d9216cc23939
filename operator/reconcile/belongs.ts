import { managedByValue } from '../api/labels.ts'
import type { Moltagent } from '../api/moltagent.ts'
import type { ObservedObject } from './observed-object.ts'

/**
 * Whose an object with one of our names is.
 * `ours`: made for this resource. `leftover`: a retained claim of an earlier resource of this name; it is adopted.
 * `departing`: it is being deleted, or its owner is another resource that is gone; it makes room by itself. `foreign`: anybody's.
 */
export type Belonging = 'ours' | 'leftover' | 'departing' | 'foreign'

export function belongs(object: ObservedObject, moltagent: Moltagent): Belonging {
  const { uid, name } = moltagent.metadata
  if (object.deleting) return 'departing'
  if (object.instanceUid === uid || object.ownerUids.includes(uid)) return 'ours'
  if (object.instance !== name || object.applied === undefined) return 'foreign'
  return object.ownerUids.length > 0 ? 'departing' : 'leftover'
}

/** How a person recognises what we would have made, for the sentence about a foreign object. */
export const managedByUs = `app.kubernetes.io/managed-by: ${managedByValue}`
