import { parseMoltagent } from '../api/parse-moltagent.ts'
import { contentDigest } from '../cluster/content-digest.ts'
import type { KubernetesObject } from '../cluster/kubernetes-object.ts'
import type { ObservedMoltagent } from './caches.ts'

/** What the cache keeps of a Moltagent. An annotation changed by anybody asks for a reconcile too. */
export function projectMoltagent(object: KubernetesObject): ObservedMoltagent {
  const { managedFields: _managedFields, ...metadata } = object.metadata
  const namespace = metadata.namespace ?? ''
  const { resourceVersion = '', ...telling } = metadata
  return {
    key: `${namespace}/${metadata.name}`,
    resourceVersion,
    fingerprint: contentDigest({ telling, spec: object['spec'], status: object['status'] }),
    namespace,
    name: metadata.name,
    parsed: parseMoltagent({ ...object, metadata }),
  }
}
