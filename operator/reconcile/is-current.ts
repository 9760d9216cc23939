import { contentDigest } from '../cluster/content-digest.ts'
import type { KubernetesObject } from '../cluster/kubernetes-object.ts'
import type { ReconcileContext } from './context.ts'
import type { Ensured } from './ensure-object.ts'
import type { ObservedObject } from './observed-object.ts'
import { desiredDigest } from './project-object.ts'

const memoryKey = (object: KubernetesObject): string => `${object.kind}/${object.metadata.namespace}/${object.metadata.name}`

/** Whether what we own of the stored object is what we would send, in the form in which the server keeps it. */
export function isAppliedAs(context: ReconcileContext, object: KubernetesObject): (observed: ObservedObject) => boolean {
  const wanted = desiredDigest(object)
  return (observed) => {
    if (observed.applied === wanted) return true
    const memory = context.normalised.get(memoryKey(object))
    return memory !== undefined && memory.sent === wanted && memory.stored === observed.applied
  }
}

/** Remembers how the server stores what was sent, where that is not the same (amounts written another way), so that it is not sent for ever. */
export function rememberForm(context: ReconcileContext, object: KubernetesObject, ensured: Ensured): void {
  if (ensured.state !== 'written' || ensured.observed.applied === undefined) return
  const sent = desiredDigest(object)
  if (ensured.observed.applied === sent) context.normalised.delete(memoryKey(object))
  else context.normalised.set(memoryKey(object), { sent, stored: ensured.observed.applied })
}

/** Whether a stored policy is, field by field, the one that is meant: parts that we do not own count too. */
export function isPolicyAsMeant(context: ReconcileContext, policy: KubernetesObject): (observed: ObservedObject) => boolean {
  const applied = isAppliedAs(context, policy)
  const spec = contentDigest(policy['spec'])
  return (observed) => observed.facts.kind === 'policy' && observed.facts.specDigest === spec && applied(observed)
}
