import { collectionPath } from '../../local/control-plane/resource-path.ts'
import type { KubernetesClient } from '../../local/kubernetes/client.ts'

/** What an object's path is made from. */
interface ObjectLike {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

interface Options {
  readonly manager?: string
  /** Everything is done and judged, nothing is stored. */
  readonly dryRun?: boolean
}

export function objectPath(object: ObjectLike): string {
  const { apiVersion, kind, metadata } = object
  return `${collectionPath({ apiVersion, kind, metadata: { ...metadata } })}/${metadata.name}`
}

/** Server-side apply of raw JSON with force; answers what is stored, or would be. */
export function applyObject(client: KubernetesClient, object: ObjectLike, options: Options = {}): Promise<unknown> {
  const query = new URLSearchParams({ fieldManager: options.manager ?? 'moltagent-operator', force: 'true' })
  if (options.dryRun) query.set('dryRun', 'All')
  return client.request('PATCH', `${objectPath(object)}?${query.toString()}`, { body: object, contentType: 'application/apply-patch+yaml' })
}
