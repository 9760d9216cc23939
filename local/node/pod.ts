import { z } from 'zod'

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string().default(''),
  resources: z.object({ requests: z.record(z.string(), z.coerce.string()).optional() }).optional(),
  readinessProbe: z.unknown().optional(),
})

const volumeSchema = z.looseObject({
  name: z.string(),
  secret: z.object({ secretName: z.string(), optional: z.boolean().optional() }).optional(),
  configMap: z.object({ name: z.string(), optional: z.boolean().optional() }).optional(),
  persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
})

const conditionSchema = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
})

const containerStatusSchema = z.looseObject({
  name: z.string(),
  ready: z.boolean(),
  restartCount: z.number().default(0),
  state: z.looseObject({ waiting: z.looseObject({ reason: z.string().optional() }).optional() }).optional(),
})

/** What the node reads of a Pod; the rest is kept as it came. */
export const podSchema = z.looseObject({
  metadata: z.looseObject({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.looseObject({
    nodeName: z.string().optional(),
    nodeSelector: z.record(z.string(), z.string()).default({}),
    serviceAccountName: z.string().default('default'),
    containers: z.array(containerSchema),
    initContainers: z.array(containerSchema).default([]),
    volumes: z.array(volumeSchema).default([]),
    schedulingGates: z.array(z.unknown()).default([]),
    securityContext: z.looseObject({ runAsUser: z.int().optional(), runAsGroup: z.int().optional() }).optional(),
    readinessGates: z.array(z.object({ conditionType: z.string() })).default([]),
  }),
  status: z
    .looseObject({
      phase: z.string().default('Pending'),
      podIP: z.string().optional(),
      startTime: z.string().optional(),
      reason: z.string().optional(),
      conditions: z.array(conditionSchema).default([]),
      containerStatuses: z.array(containerStatusSchema).default([]),
    })
    .prefault({}),
})

export type Pod = z.infer<typeof podSchema>
export type Container = Pod['spec']['containers'][number]

export const podKey = (pod: Pod): string => `${pod.metadata.namespace}/${pod.metadata.name}`
export const podPath = (pod: Pod): string => `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`

/** Has it ended for good? */
export const isFinalPod = (pod: Pod): boolean => pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'
