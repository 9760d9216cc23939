import * as z from 'zod'
import type { DeepReadonly } from './deep-readonly.ts'
import { moltagentKind } from './moltagent-kind.ts'
import { moltagentSpecSchema } from './moltagent-spec.ts'
import { moltagentStatusSchema } from './moltagent-status.ts'

const metadataSchema = z.object({
  name: z.string().min(1).max(40),
  namespace: z.string().min(1).max(63),
  uid: z.string().min(1).max(64),
  resourceVersion: z.string().min(1),
  generation: z.int().min(1),
  creationTimestamp: z.string(),
  deletionTimestamp: z.string().optional(),
  finalizers: z.array(z.string()).default([]),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
})

/** A Moltagent as the API server returns it: complete metadata, defaults filled in, status perhaps empty. */
export const moltagentSchema = z.object({
  apiVersion: z.literal(moltagentKind.apiVersion),
  kind: z.literal(moltagentKind.kind),
  metadata: metadataSchema,
  spec: moltagentSpecSchema,
  status: moltagentStatusSchema.default({}),
})

export type Moltagent = DeepReadonly<z.infer<typeof moltagentSchema>>
