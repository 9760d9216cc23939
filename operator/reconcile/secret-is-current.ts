import type { KubernetesObject } from '../cluster/kubernetes-object.ts'
import { desiredDigest } from './project-object.ts'
import type { ObservedObject } from './observed-object.ts'

/**
 * Whether a Secret of ours is untouched, judged by its metadata alone: we still own every key of its data, and labels, owner and
 * annotations are as we set them. Annotations that only tell of the content are taken as they are, if still ours.
 */
export function isSecretUntouched(
  observed: ObservedObject,
  wanted: { readonly object: KubernetesObject; readonly dataKeys: readonly string[] },
): boolean {
  if (observed.facts.kind !== 'secret') return false
  const { annotations, dataKeys } = observed.facts
  if (wanted.dataKeys.some((key) => !dataKeys.includes(key))) return false
  const { metadata } = wanted.object
  const meant = { ...metadata, annotations: { ...annotations, ...metadata.annotations } }
  return observed.applied === metadataDigest({ ...wanted.object, metadata: meant })
}

/** As `applied` is for a Secret of which only the metadata was seen. */
function metadataDigest(object: KubernetesObject): string {
  const { apiVersion, kind, metadata } = object
  return desiredDigest({ apiVersion, kind, metadata: { ...metadata, annotations: emptyAsMissing(metadata.annotations) } })
}

const emptyAsMissing = (map: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> | undefined =>
  map === undefined || Object.keys(map).length === 0 ? undefined : map
