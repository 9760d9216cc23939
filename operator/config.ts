import * as z from 'zod'
import type { DesiredConfiguration } from './desired/configuration.ts'

/** An empty variable counts as a missing one: a chart's value that nobody set. */
const optionalText = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text.trim() === '' ? undefined : text.trim()))

const fromJson = <T extends z.ZodType>(schema: T, empty: string) =>
  z
    .string()
    .optional()
    .transform((text, context) => {
      try {
        return JSON.parse(text === undefined || text.trim() === '' ? empty : text) as unknown
      } catch {
        context.addIssue({ code: 'custom', message: 'must be JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)

const image = optionalText.refine(
  (text) => text === undefined || /@sha256:[0-9a-f]{64}$/.test(text),
  'must be an image by digest, …@sha256:<64 hexadecimal digits>',
)
const number = (fallback: number, minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum).default(fallback)
const labels = (fallback: string) => fromJson(z.record(z.string(), z.string()), fallback)

const environmentSchema = z.object({
  MOLTAGENT_NAMESPACE: z.string().min(1).default('moltagent-system'),
  MOLTAGENT_POD_NAME: optionalText,
  MOLTAGENT_WATCH_NAMESPACES: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    ),
  MOLTAGENT_HEALTH_ADDRESS: z.string().default('0.0.0.0'),
  MOLTAGENT_HEALTH_PORT: number(8080, 0, 65_535),
  MOLTAGENT_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  MOLTAGENT_LEASE_NAME: z.string().min(1).default('moltagent-operator'),
  MOLTAGENT_LEASE_SECONDS: number(15, 3, 300),
  MOLTAGENT_IMAGE_NEXTCLOUD: image,
  MOLTAGENT_IMAGE_AGENT: image,
  MOLTAGENT_IMAGE_OLLAMA: image,
  MOLTAGENT_MODELS: fromJson(z.array(z.object({ name: z.string().min(1), image: z.string().min(1) })), '[]'),
  MOLTAGENT_SURROUNDINGS: fromJson(
    z.object({
      apiServers: z.array(z.object({ host: z.string().min(1), port: z.int().min(1).max(65_535) })).default([]),
      nodes: z.array(z.string().min(1)).default([]),
      nameServers: z.array(z.string().min(1)).default([]),
    }),
    '{}',
  ),
  MOLTAGENT_GATEWAY_SERVICE: optionalText,
  MOLTAGENT_OPERATOR_POD_LABELS: labels('{"app.kubernetes.io/name":"moltagent-operator","app.kubernetes.io/component":"operator"}'),
  MOLTAGENT_GATEWAY_POD_LABELS: labels('{"app.kubernetes.io/name":"moltagent-operator","app.kubernetes.io/component":"gateway"}'),
  MOLTAGENT_WRITERS: number(12, 1, 64),
  MOLTAGENT_WORKERS: number(16, 1, 256),
  MOLTAGENT_WAITING_MS: number(10_000, 50, 600_000),
  MOLTAGENT_AUTHORITY_DAYS: number(3650, 2, 36_500),
  MOLTAGENT_LEAF_DAYS: number(365, 1, 3650),
})

/** What the operator is told from outside, all of it. */
export interface OperatorConfig {
  readonly namespace: string
  readonly podName: string | undefined
  readonly watchNamespaces: readonly string[]
  readonly health: { readonly address: string; readonly port: number }
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly lease: { readonly name: string; readonly seconds: number }
  readonly gatewayService: string | undefined
  readonly writers: number
  readonly workers: number
  readonly waitingMs: number
  readonly authorityDays: number
  readonly leafDays: number
  readonly desired: DesiredConfiguration
}

/** Parses the environment; throws one sentence that names every variable that is wrong and what is wrong with it. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): OperatorConfig {
  const parsed = environmentSchema.safeParse(environment)
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new Error(`reading the configuration: ${faults.join('; ')}`)
  }
  const { data } = parsed
  return {
    namespace: data.MOLTAGENT_NAMESPACE,
    podName: data.MOLTAGENT_POD_NAME,
    watchNamespaces: data.MOLTAGENT_WATCH_NAMESPACES,
    health: { address: data.MOLTAGENT_HEALTH_ADDRESS, port: data.MOLTAGENT_HEALTH_PORT },
    logLevel: data.MOLTAGENT_LOG_LEVEL,
    lease: { name: data.MOLTAGENT_LEASE_NAME, seconds: data.MOLTAGENT_LEASE_SECONDS },
    gatewayService: data.MOLTAGENT_GATEWAY_SERVICE,
    writers: data.MOLTAGENT_WRITERS,
    workers: data.MOLTAGENT_WORKERS,
    waitingMs: data.MOLTAGENT_WAITING_MS,
    authorityDays: data.MOLTAGENT_AUTHORITY_DAYS,
    leafDays: data.MOLTAGENT_LEAF_DAYS,
    desired: desiredConfiguration(data),
  }
}

function desiredConfiguration(data: z.infer<typeof environmentSchema>): DesiredConfiguration {
  const images = { nextcloud: data.MOLTAGENT_IMAGE_NEXTCLOUD, agent: data.MOLTAGENT_IMAGE_AGENT, ollama: data.MOLTAGENT_IMAGE_OLLAMA }
  return {
    operatorPods: { namespace: data.MOLTAGENT_NAMESPACE, labels: data.MOLTAGENT_OPERATOR_POD_LABELS },
    gatewayPods: { namespace: data.MOLTAGENT_NAMESPACE, labels: data.MOLTAGENT_GATEWAY_POD_LABELS },
    images: Object.fromEntries(Object.entries(images).filter(([, reference]) => reference !== undefined)),
    models: data.MOLTAGENT_MODELS,
    surroundings: data.MOLTAGENT_SURROUNDINGS,
  }
}
