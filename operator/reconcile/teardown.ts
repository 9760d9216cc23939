import { finalizer } from '../api/finalizer.ts'
import { labelKeys } from '../api/labels.ts'
import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { roles } from '../api/roles.ts'
import { claimRoles, isClaimRetained } from '../desired/claims.ts'
import { kinds, type Kind } from '../cluster/kinds.ts'
import type { ReconcileContext } from './context.ts'
import { releaseFinalizer } from './finalizer-step.ts'
import { keysSecretName } from './instance-keys.ts'
import type { ObservedObject } from './observed-object.ts'

export type TeardownResult = { readonly done: true } | { readonly done: false; readonly waitingFor: string }

/**
 * Deletion in order: machines, and not before their pods are gone Services, Secrets and what is not retained; policies last; then the
 * finalizer. What it looks for it reads from the server, because a cache may be behind and an open machine is worse than a request.
 */
export async function teardown(context: ReconcileContext, moltagent: Moltagent): Promise<TeardownResult> {
  if (!moltagent.metadata.finalizers.includes(finalizer)) return { done: true }
  const machines = await removeAll(context, moltagent, kinds.virtualMachine)
  if (machines > 0) return { done: false, waitingFor: `${machines} machines` }
  const instances = await removeAll(context, moltagent, kinds.virtualMachineInstance)
  if (instances > 0) return { done: false, waitingFor: `${instances} running machines` }
  const pods = (await context.cluster.list(kinds.pod, moltagent.metadata.namespace, selector(moltagent))).length
  if (pods > 0) return { done: false, waitingFor: `${pods} pods` }
  await Promise.all([
    removeAll(context, moltagent, kinds.service),
    removeSecrets(context, moltagent),
    removeClaims(context, moltagent),
    removeKeys(context, moltagent),
  ])
  await removeAll(context, moltagent, kinds.networkPolicy)
  await releaseFinalizer(context, moltagent)
  return { done: true }
}

const selector = (moltagent: Moltagent): Readonly<Record<string, string>> => ({ [labelKeys.uid]: moltagent.metadata.uid })

/** Asks for the deletion of all objects of this kind, and answers how many are still there. */
async function removeAll(context: ReconcileContext, moltagent: Moltagent, kind: Kind): Promise<number> {
  const { namespace } = moltagent.metadata
  const found = await context.cluster.list(kind, namespace, selector(moltagent))
  const standing = found.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  await Promise.all(standing.map(({ metadata }) => context.cluster.remove(kind, namespace, metadata.name, { uid: metadata.uid ?? '' })))
  return found.length
}

async function removeSecrets(context: ReconcileContext, moltagent: Moltagent): Promise<void> {
  const { name, namespace } = moltagent.metadata
  const store = context.caches.secrets(namespace)
  const kept = isClaimRetained(moltagent, 'nextcloud') ? [] : [objectNames.adminSecret(name)]
  const names = [...roles.map((role) => objectNames.bootSecret(name, role)), ...kept]
  await Promise.all(names.map((secret) => removeOurs(context, moltagent, kinds.secret, store?.get(`${namespace}/${secret}`))))
}

async function removeClaims(context: ReconcileContext, moltagent: Moltagent): Promise<void> {
  const { name, namespace } = moltagent.metadata
  const going = claimRoles.filter((role) => !isClaimRetained(moltagent, role))
  const found = going.map((role) => context.caches.claims.get(`${namespace}/${objectNames.dataClaim(name, role)}`))
  await Promise.all(found.map((claim) => removeOurs(context, moltagent, kinds.claim, claim)))
}

async function removeKeys(context: ReconcileContext, moltagent: Moltagent): Promise<void> {
  const { namespace } = context.configuration
  const keys = context.caches.secrets(namespace)?.get(`${namespace}/${keysSecretName(moltagent.metadata.uid)}`)
  await removeOurs(context, moltagent, kinds.secret, keys)
}

async function removeOurs(context: ReconcileContext, moltagent: Moltagent, kind: Kind, object: ObservedObject | undefined): Promise<void> {
  if (object === undefined || object.deleting || object.instanceUid !== moltagent.metadata.uid) return
  await context.cluster.remove(kind, object.namespace, object.name, { uid: object.uid })
}
