import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { canonicalQuantity } from './canonical-quantity.ts'
import { metadataFor } from './metadata-for.ts'
import type { PersistentVolumeClaim } from './objects.ts'

/** Roles whose machine has a `data` disk that outlives it. */
export const claimRoles = ['nextcloud', 'agent'] as const

/** Whether a claim stays when the resource is deleted: the agent's (the audit log) always, Nextcloud's as `deletionPolicy` says. */
export function isClaimRetained(moltagent: Moltagent, role: (typeof claimRoles)[number]): boolean {
  return role === 'agent' || moltagent.spec.deletionPolicy === 'Retain'
}

/** A retained claim has no owner, or garbage collection would take it. */
export function claims(moltagent: Moltagent): readonly PersistentVolumeClaim[] {
  return claimRoles.map((role) => {
    const { size, storageClassName } = moltagent.spec[role].storage
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: metadataFor(moltagent, {
        name: objectNames.dataClaim(moltagent.metadata.name, role),
        role,
        owned: !isClaimRetained(moltagent, role),
      }),
      spec: {
        accessModes: ['ReadWriteOnce'],
        ...(storageClassName !== undefined && { storageClassName }),
        volumeMode: 'Filesystem',
        resources: { requests: { storage: canonicalQuantity(size) } },
      },
    }
  })
}
