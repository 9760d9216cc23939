import { z } from 'zod'

const keySelector = z.object({ name: z.string(), key: z.string(), optional: z.boolean().default(false) })
const nameSelector = z.object({ name: z.string(), optional: z.boolean().default(false) })
const port = z.union([z.int(), z.string()])

const environmentVariableSchema = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .object({
      fieldRef: z.object({ fieldPath: z.string() }).optional(),
      secretKeyRef: keySelector.optional(),
      configMapKeyRef: keySelector.optional(),
    })
    .optional(),
})

const probeSchema = z.looseObject({
  httpGet: z.object({ path: z.string().default('/'), port, scheme: z.string().default('HTTP'), host: z.string().optional() }).optional(),
  tcpSocket: z.object({ port }).optional(),
  exec: z.object({ command: z.array(z.string()) }).optional(),
  initialDelaySeconds: z.number().default(0),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  successThreshold: z.number().default(1),
  failureThreshold: z.number().default(3),
})

/** What a container of our own image is run from. */
export const containerSpecSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  workingDir: z.string().optional(),
  env: z.array(environmentVariableSchema).default([]),
  envFrom: z
    .array(z.object({ prefix: z.string().default(''), secretRef: nameSelector.optional(), configMapRef: nameSelector.optional() }))
    .default([]),
  ports: z.array(z.looseObject({ name: z.string().optional(), containerPort: z.int() })).default([]),
  volumeMounts: z
    .array(z.looseObject({ name: z.string(), mountPath: z.string(), subPath: z.string().optional(), readOnly: z.boolean().default(false) }))
    .default([]),
  livenessProbe: probeSchema.optional(),
  readinessProbe: probeSchema.optional(),
  securityContext: z.looseObject({ runAsUser: z.int().optional(), runAsGroup: z.int().optional() }).optional(),
})

export type ContainerSpec = z.infer<typeof containerSpecSchema>
export type ProbeSpec = z.infer<typeof probeSchema>
