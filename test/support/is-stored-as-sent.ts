import type { KubernetesObject } from '../../operator/cluster/kubernetes-object.ts'
import { asObject } from '../../operator/reconcile/as-object.ts'
import { desiredDigest, projectObject } from '../../operator/reconcile/project-object.ts'
import { isSecretUntouched } from '../../operator/reconcile/secret-is-current.ts'

type Built = Parameters<typeof asObject>[0] & { readonly data?: Readonly<Record<string, string>> }

/** What the operator itself asks before it sends an object: whether the stored one is, in all that is ours, the one it would send. */
export function isStoredAsSent(built: Built, stored: unknown): boolean {
  const object = asObject(built)
  const observed = projectObject(stored as KubernetesObject)
  if (built.kind === 'Secret') return isSecretUntouched(observed, { object, dataKeys: Object.keys(built.data ?? {}) })
  return observed.applied === desiredDigest(object)
}
