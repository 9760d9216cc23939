import type { Cluster } from '../../../operator/cluster/api-client.ts'
import type { KubernetesObject } from '../../../operator/cluster/kubernetes-object.ts'

export interface RecordedWrite {
  readonly object: KubernetesObject
  readonly manager: string
  readonly subresource: 'status' | undefined
  /** `performance.now()` when the API server had answered. */
  readonly storedMs: number
}

/** Lets every apply through and remembers it, with when it was stored. */
export function recordingCluster(): { readonly writes: RecordedWrite[]; readonly around: (cluster: Cluster) => Cluster } {
  const writes: RecordedWrite[] = []
  const around = (cluster: Cluster): Cluster => ({
    ...cluster,
    apply: async (object, options) => {
      const stored = await cluster.apply(object, options)
      writes.push({ object, manager: options.manager, subresource: options.subresource, storedMs: performance.now() })
      return stored
    },
  })
  return { writes, around }
}
