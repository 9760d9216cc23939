import { z } from 'zod'
import { isApiError } from '../../operator/cluster/api-error.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import type { Manifest } from './kubevirt-manifests.ts'
import { collectionPath } from './resource-path.ts'

const storedSchema = z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string() }) })

/** Creates the object, or replaces what an earlier start has left under its name. */
export async function putObject(client: KubernetesClient, manifest: Manifest, signal: AbortSignal): Promise<void> {
  const collection = collectionPath(manifest)
  try {
    await client.request('POST', collection, { body: manifest, signal })
  } catch (error) {
    if (!isApiError(error, 409)) throw error
    const path = `${collection}/${manifest.metadata.name}`
    const { metadata } = storedSchema.parse(await client.request('GET', path, { signal }))
    const body = { ...manifest, metadata: { ...manifest.metadata, resourceVersion: metadata.resourceVersion } }
    await client.request('PUT', path, { body, signal })
  }
}
