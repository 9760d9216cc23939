import * as z from 'zod'
import type { LeasePort, LeaseRecord } from '../controller/leader.ts'
import type { Cluster } from './api-client.ts'
import { isApiError } from './api-error.ts'
import { kinds } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'

const leaseSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  spec: z
    .object({
      holderIdentity: z.string().default(''),
      leaseDurationSeconds: z.number().default(15),
      renewTime: z.string().optional(),
      acquireTime: z.string().optional(),
      leaseTransitions: z.number().default(0),
    })
    .prefault({}),
})

/** MicroTime: Kubernetes wants six digits. */
const microTime = (instant: Date): string => instant.toISOString().replace('Z', '000Z')

function toRecord(object: KubernetesObject): LeaseRecord {
  const { metadata, spec } = leaseSchema.parse(object)
  return {
    holder: spec.holderIdentity,
    durationMs: spec.leaseDurationSeconds * 1000,
    renewedAt: new Date(spec.renewTime ?? 0),
    acquiredAt: new Date(spec.acquireTime ?? 0),
    transitions: spec.leaseTransitions,
    version: metadata.resourceVersion,
  }
}

/** The operator's Lease. Writes go through create and replace of an exact version: of two candidates the API server lets one win. */
export function leasePort(cluster: Pick<Cluster, 'get' | 'create' | 'replace'>, namespace: string, name: string): LeasePort {
  return {
    read: async () => {
      const object = await cluster.get(kinds.lease, namespace, name)
      return object === undefined ? undefined : toRecord(object)
    },
    write: async (record, version) => {
      const object = {
        apiVersion: kinds.lease.apiVersion,
        kind: kinds.lease.kind,
        metadata: { name, namespace, ...(version === undefined ? {} : { resourceVersion: version }) },
        spec: {
          holderIdentity: record.holder,
          leaseDurationSeconds: Math.ceil(record.durationMs / 1000),
          renewTime: microTime(record.renewedAt),
          acquireTime: microTime(record.acquiredAt),
          leaseTransitions: record.transitions,
        },
      }
      try {
        return toRecord(await (version === undefined ? cluster.create(object) : cluster.replace(object)))
      } catch (error) {
        if (isApiError(error, 409) || (isApiError(error, 404) && version !== undefined)) return undefined
        throw error
      }
    },
  }
}
