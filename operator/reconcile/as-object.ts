import type { KubernetesObject } from '../cluster/kubernetes-object.ts'

interface Typed {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: KubernetesObject['metadata']
}

/** A built object as the JSON that is sent. Copies, so that an interface without index signature fits. */
export function asObject<T extends Typed>(object: T): KubernetesObject {
  return { ...object }
}
