import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { roles } from '../api/roles.ts'
import { accountSecret } from '../desired/secrets.ts'
import { asObject } from './as-object.ts'
import type { ReconcileContext } from './context.ts'
import { ensureObject } from './ensure-object.ts'
import { summarise, type StepResult } from './step-result.ts'

export interface AccountResult extends StepResult {
  readonly present: boolean
}

/**
 * `<name>-account`: made once, or a person's own taken as it is. It is never repaired: its deletion is a person's decision. Whether
 * it has been made before shows in the resource's status and in its machines, which come after it.
 */
export async function accountStep(context: ReconcileContext, moltagent: Moltagent): Promise<AccountResult> {
  const { namespace, name } = moltagent.metadata
  const store = context.caches.secrets(namespace)
  if (store === undefined) return { ...summarise([{ state: 'waiting' }]), present: false }
  const present = store.get(`${namespace}/${objectNames.accountSecret(name)}`) !== undefined
  if (present || wasMadeBefore(context, moltagent)) return { ...summarise([]), present }
  const object = asObject(accountSecret(moltagent, context.randomToken(32)))
  const ensured = await ensureObject(context, moltagent, { object, store, isCurrent: () => true })
  return { ...summarise([ensured]), present: ensured.state === 'written' }
}

function wasMadeBefore(context: ReconcileContext, moltagent: Moltagent): boolean {
  const { namespace, name, uid } = moltagent.metadata
  const hasMachine = roles.some(
    (role) => context.caches.machines.get(`${namespace}/${objectNames.machine(name, role)}`)?.instanceUid === uid,
  )
  return hasMachine || moltagent.status.observedGeneration !== undefined
}
