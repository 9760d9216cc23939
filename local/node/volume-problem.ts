import { isApiError } from '../../operator/cluster/api-error.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import type { Pod } from './pod.ts'

/** Why the pod's containers cannot be made yet. */
export type VolumeProblem =
  /** In a kubelet's words. */
  | { readonly kind: 'missing'; readonly message: string }
  /** The node authorizer has not yet seen that the pod is bound here. */
  | { readonly kind: 'not-yet' }

/** The first volume that cannot be mounted; undefined when all can. */
export async function volumeProblem(pod: Pod, kubelet: KubernetesClient, signal: AbortSignal): Promise<VolumeProblem | undefined> {
  for (const { name, secret, configMap } of pod.spec.volumes) {
    const source = secret
      ? { kind: 'secret', name: secret.secretName, ...secret }
      : configMap
        ? { kind: 'configmap', ...configMap }
        : undefined
    if (source === undefined || source.optional) continue
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/${source.kind}s/${source.name}`
    try {
      await kubelet.request('GET', path, { signal })
    } catch (error) {
      if (isApiError(error, 403)) return { kind: 'not-yet' }
      if (!isApiError(error, 404)) throw error
      return { kind: 'missing', message: `MountVolume.SetUp failed for volume "${name}" : ${error.detail}` }
    }
  }
  return undefined
}
