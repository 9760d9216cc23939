import * as z from 'zod'
import { credentialHandleSchema } from './identifiers.ts'

/** Where and how a credential may be used: `spec.credentials[].use`, and its entry in Nextcloud Passwords. */
export const credentialBindingSchema = z.strictObject({
  handle: credentialHandleSchema,
  /** Id of the entry in Nextcloud Passwords, as its receiver (the agent) sees it. */
  entry: z.string().min(1).max(64),
  owner: z.string().min(1).max(64),
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535),
  methods: z.array(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])).min(1),
  /** Absolute paths, matched exactly; a final `/*` matches any deeper path. */
  paths: z.array(z.string().startsWith('/').max(1024)).min(1),
  header: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  /** Text with exactly one `{}` for the credential. */
  format: z.string().min(2).max(128),
  maxPerHour: z.int().min(1).max(100_000),
})

export const policySettingsSchema = z.strictObject({
  approvalsPerTask: z.int().min(0).max(100),
  approvalSeconds: z.int().min(10).max(3600),
  tokensPerDay: z.int().min(0),
  destinations: z.array(z.string().min(1).max(256)).max(1000),
})

export const plannerSettingsSchema = z.discriminatedUnion('provider', [
  z.strictObject({ provider: z.literal('local'), model: z.string().min(1).max(128).optional() }),
  z.strictObject({
    provider: z.literal('openai'),
    model: z.string().min(1).max(128),
    baseURL: z.url({ protocol: /^https$/ }),
    credential: credentialHandleSchema,
  }),
])

/** What the agent's machine is told at enrolment, and nothing else. Holds no secret. */
export const runtimeConfigSchema = z.strictObject({
  schemaVersion: z.literal(1),
  account: z.string().min(1).max(64),
  operators: z.array(z.string().min(1).max(64)).min(1),
  nextcloud: z.strictObject({ origin: z.url({ protocol: /^https$/ }) }),
  ollama: z.strictObject({ origin: z.url({ protocol: /^https$/ }), models: z.array(z.string().min(1).max(128)).min(1) }),
  planner: plannerSettingsSchema,
  credentials: z.array(credentialBindingSchema).max(64),
  policy: policySettingsSchema,
  rooms: z.array(z.string().min(1).max(64)).max(256),
})

export type CredentialBinding = Readonly<z.infer<typeof credentialBindingSchema>>
export type PolicySettings = Readonly<z.infer<typeof policySettingsSchema>>
export type PlannerSettings = Readonly<z.infer<typeof plannerSettingsSchema>>
export type RuntimeConfig = Readonly<z.infer<typeof runtimeConfigSchema>>
