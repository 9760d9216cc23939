import type { KubernetesObject } from '../cluster/kubernetes-object.ts'

interface Typed {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: KubernetesObject['metadata']
}

/** A built object as the JSON that is sent: an interface has no index signature, so it is copied into a type that has. */
export function asObject(object: Typed): KubernetesObject {
  const { apiVersion, kind, metadata, ...rest } = object
  return { apiVersion, kind, metadata, ...rest }
}
