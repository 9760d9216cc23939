import { z } from 'zod'

/** What the node reads of a PersistentVolumeClaim. */
export const claimSchema = z.looseObject({
  metadata: z.looseObject({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    annotations: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.looseObject({
    storageClassName: z.string().optional(),
    volumeName: z.string().optional(),
    volumeMode: z.string().optional(),
    accessModes: z.array(z.string()).default([]),
    resources: z.looseObject({ requests: z.record(z.string(), z.coerce.string()).default({}) }).prefault({}),
  }),
  status: z.looseObject({ phase: z.string().default('Pending') }).prefault({}),
})

export type Claim = z.infer<typeof claimSchema>
