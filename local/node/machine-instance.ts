import { z } from 'zod'

const conditionSchema = z.looseObject({ type: z.string(), status: z.string() })

/** What the node reads of a VirtualMachineInstance; the rest is kept as it came, for the guests. */
export const machineInstanceSchema = z.looseObject({
  metadata: z.looseObject({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.looseObject({
    terminationGracePeriodSeconds: z.number().optional(),
    domain: z.looseObject({
      devices: z.looseObject({ interfaces: z.array(z.looseObject({ name: z.string(), macAddress: z.string().optional() })).default([]) }),
    }),
  }),
  status: z
    .looseObject({
      phase: z.string().optional(),
      nodeName: z.string().optional(),
      activePods: z.record(z.string(), z.string()).default({}),
      conditions: z.array(conditionSchema).default([]),
      phaseTransitionTimestamps: z.array(z.looseObject({ phase: z.string() })).default([]),
    })
    .prefault({}),
})

export type MachineInstance = z.infer<typeof machineInstanceSchema>

export const instanceKey = ({ metadata }: MachineInstance): string => `${metadata.namespace}/${metadata.name}`

export const instancePath = ({ metadata }: MachineInstance): string =>
  `/apis/kubevirt.io/v1/namespaces/${metadata.namespace}/virtualmachineinstances/${metadata.name}`

export const isFinalInstance = ({ status }: MachineInstance): boolean => status.phase === 'Succeeded' || status.phase === 'Failed'
