import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { roles } from '../api/roles.ts'
import { kinds, type Kind } from '../cluster/kinds.ts'
import type { ReconcileContext } from './context.ts'
import type { ObservedObject } from './observed-object.ts'

/** Removes what an earlier version or spec made for this resource and nobody wants now. Claims hold data: never. Returns how many. */
export async function pruneStep(context: ReconcileContext, moltagent: Moltagent): Promise<number> {
  const orphans = findOrphans(context, moltagent)
  await Promise.all(orphans.map(({ kind, object }) => context.cluster.remove(kind, object.namespace, object.name, { uid: object.uid })))
  return orphans.length
}

interface Orphan {
  readonly kind: Kind
  readonly object: ObservedObject
}

function findOrphans({ caches }: ReconcileContext, moltagent: Moltagent): readonly Orphan[] {
  const { namespace, uid } = moltagent.metadata
  const wanted = wantedNames(moltagent)
  const groups = [
    { kind: kinds.virtualMachine, objects: caches.machines.group(uid), names: wanted.machines },
    { kind: kinds.service, objects: caches.services.group(uid), names: wanted.services },
    { kind: kinds.secret, objects: caches.secrets(namespace)?.group(uid) ?? [], names: wanted.secrets },
    { kind: kinds.networkPolicy, objects: caches.policies.group(namespace), names: wanted.policies },
  ]
  return groups.flatMap(({ kind, objects, names }) =>
    objects.filter((object) => isOrphan(object, moltagent) && !names.has(object.name)).map((object) => ({ kind, object })),
  )
}

/** Made by us, for this resource, in its own namespace. */
const isOrphan = (object: ObservedObject, moltagent: Moltagent): boolean =>
  object.instanceUid === moltagent.metadata.uid &&
  object.namespace === moltagent.metadata.namespace &&
  object.applied !== undefined &&
  !object.deleting

function wantedNames({ metadata: { name } }: Moltagent): Record<'machines' | 'services' | 'secrets' | 'policies', ReadonlySet<string>> {
  return {
    machines: new Set(roles.map((role) => objectNames.machine(name, role))),
    services: new Set(roles.map((role) => objectNames.service(name, role))),
    policies: new Set(roles.map((role) => objectNames.networkPolicy(name, role))),
    // The administrator's password stays, though the resource may now name another Secret: Nextcloud was set up with it.
    secrets: new Set([
      ...roles.map((role) => objectNames.bootSecret(name, role)),
      objectNames.accountSecret(name),
      objectNames.adminSecret(name),
    ]),
  }
}
