import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { isApiError } from '../cluster/api-error.ts'
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
      if (await mayExist(context, className)) return []
      const message = `PersistentVolumeClaim ${claim} waits for StorageClass ${className}, which does not exist: create it, or write another one in spec.${role}.storage.storageClassName`
      return [{ reason: 'StorageClassMissing', message } as const]
    }),
  )
  return checked.flat()
}

/** Where the operator may only see some namespaces, it may not ask: then nothing is claimed. */
async function mayExist(context: ReconcileContext, className: string): Promise<boolean> {
  try {
    return (await context.cluster.get(kinds.storageClass, undefined, className)) !== undefined
  } catch (error) {
    if (isApiError(error, 403)) return true
    throw error
  }
}
