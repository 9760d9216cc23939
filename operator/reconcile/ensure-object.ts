import { fieldManagers } from '../api/field-managers.ts'
import type { Moltagent } from '../api/moltagent.ts'
import { ApiError } from '../cluster/api-error.ts'
import type { KubernetesObject } from '../cluster/kubernetes-object.ts'
import type { Cache } from '../controller/scoped-stores.ts'
import { belongs, managedByUs } from './belongs.ts'
import type { ReconcileContext } from './context.ts'
import type { ObservedObject } from './observed-object.ts'
import type { Problem } from './problem.ts'
import { projectObject } from './project-object.ts'

export type Ensured =
  | { readonly state: 'unchanged'; readonly observed: ObservedObject }
  | { readonly state: 'written'; readonly observed: ObservedObject; readonly repaired: boolean }
  /** The name is taken by something that is going away by itself. */
  | { readonly state: 'waiting' }
  | { readonly state: 'refused'; readonly problem: Problem }

export interface Wanted {
  readonly object: KubernetesObject
  readonly store: Cache<ObservedObject>
  /** True where what is stored is already what is wanted. */
  readonly isCurrent: (observed: ObservedObject) => boolean
}

/** Sends one object if the cache does not show it as wanted already, and never over somebody else's. */
export async function ensureObject(context: ReconcileContext, moltagent: Moltagent, wanted: Wanted): Promise<Ensured> {
  const { object, store } = wanted
  const key = `${object.metadata.namespace}/${object.metadata.name}`
  const current = store.get(key)
  if (current === undefined) return send(context, wanted, undefined)
  const belonging = belongs(current, moltagent)
  if (belonging === 'departing') return { state: 'waiting' }
  if (belonging === 'foreign') return { state: 'refused', problem: foreignProblem(current) }
  if (wanted.isCurrent(current)) return { state: 'unchanged', observed: current }
  return send(context, wanted, current)
}

async function send(context: ReconcileContext, wanted: Wanted, current: ObservedObject | undefined): Promise<Ensured> {
  const { object, store } = wanted
  // The UID guards against a foreign object that has taken the name since the cache saw ours.
  const metadata = current === undefined ? object.metadata : { ...object.metadata, uid: current.uid }
  try {
    const stored = await context.cluster.apply({ ...object, metadata }, { manager: fieldManagers.objects })
    const observed = projectObject(stored)
    store.observe(observed)
    return { state: 'written', observed, repaired: current !== undefined }
  } catch (error) {
    if (!(error instanceof ApiError) || !error.isRefusal || isNamespaceTerminating(error)) throw error
    return { state: 'refused', problem: { reason: 'AdmissionRefused', message: error.message } }
  }
}

/** Passing: the resource itself is deleted in a moment. */
const isNamespaceTerminating = (error: ApiError): boolean => error.causes.includes('NamespaceTerminating')

function foreignProblem(object: ObservedObject): Problem {
  const name = `${object.kind} ${object.name}`
  return {
    reason: 'ForeignObject',
    message: `${name} exists and is not this resource's (it lacks our labels, such as ${managedByUs}): it is left alone; delete or rename it, or rename the Moltagent`,
  }
}
