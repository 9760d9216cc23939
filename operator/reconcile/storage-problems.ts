import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { kinds } from '../cluster/kinds.ts'
import { claimRoles } from '../desired/claims.ts'
import type { ReconcileContext } from './context.ts'
import type { Problem } from './problem.ts'

/** Claims that wait for a StorageClass that does not exist. Bound claims cost no request. */
export async function storageProblems(context: ReconcileContext, moltagent: Moltagent): Promise<readonly Problem[]> {
  const { name, namespace } = moltagent.metadata
  const pending = claimRoles.flatMap((role) => {
    const claim = context.caches.claims.get(`${namespace}/${objectNames.dataClaim(name, role)}`)
    const facts = claim?.facts.kind === 'claim' ? claim.facts : undefined
    const className = facts?.phase === 'Pending' ? facts.storageClassName : undefined
    return claim === undefined || className === undefined || className === '' ? [] : [{ claim: claim.name, className, role }]
  })
  const checked = await Promise.all(
    pending.map(async ({ claim, className, role }) => {
      const found = await context.cluster.get(kinds.storageClass, undefined, className)
      if (found !== undefined) return []
      const message = `PersistentVolumeClaim ${claim} waits for StorageClass ${className}, which does not exist: create it, or write another one in spec.${role}.storage.storageClassName`
      return [{ reason: 'StorageClassMissing', message } as const]
    }),
  )
  return checked.flat()
}
