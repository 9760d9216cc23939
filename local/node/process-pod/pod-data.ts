import { z } from 'zod'
import { isApiError } from '../../../operator/cluster/api-error.ts'
import type { KubernetesClient } from '../../kubernetes/client.ts'

const secretSchema = z.object({ data: z.record(z.string(), z.string()).default({}) })
const configMapSchema = z.object({
  data: z.record(z.string(), z.string()).default({}),
  binaryData: z.record(z.string(), z.string()).default({}),
})

export type DataKind = 'secret' | 'configMap'
export type Data = Readonly<Record<string, Buffer>>

/** Something that a pod needs is not there yet; the message is a kubelet's. */
export class NotThereYet extends Error {
  override readonly name = 'NotThereYet'
}

/** Reads Secrets and ConfigMaps of one namespace as the kubelet may. */
export interface PodData {
  /** Undefined for a missing one that is optional; throws `NotThereYet` for another. */
  read(kind: DataKind, name: string, optional: boolean): Promise<Data | undefined>
}

export function createPodData(kubelet: KubernetesClient, namespace: string, signal: AbortSignal): PodData {
  return {
    async read(kind, name, optional) {
      const path = `/api/v1/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`
      try {
        const body = await kubelet.request('GET', path, { signal })
        return kind === 'secret' ? secretData(body) : configMapData(body)
      } catch (error) {
        // 403 also while the node authorizer has not yet seen that the pod is bound here.
        if (!isApiError(error, 404) && !isApiError(error, 403)) throw error
        if (optional) return undefined
        throw new NotThereYet(error.detail, { cause: error })
      }
    },
  }
}

const decode = (values: Readonly<Record<string, string>>): Data =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value, 'base64')]))

const secretData = (body: unknown): Data => decode(secretSchema.parse(body).data)

function configMapData(body: unknown): Data {
  const { data, binaryData } = configMapSchema.parse(body)
  return { ...Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value)])), ...decode(binaryData) }
}
