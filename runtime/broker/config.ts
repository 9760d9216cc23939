import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { policyDataSchema, type PolicyData } from '../policy/policy-data.ts'
import { bootDocumentSchema, type BootDocument } from '../protocol/boot-document.ts'
import { defaultHttpLimits } from './http/http-limits.ts'

const milliseconds = (fallback: number): z.ZodDefault<z.ZodCoercedNumber> => z.coerce.number().int().min(1).max(3_600_000).default(fallback)
const count = (fallback: number): z.ZodDefault<z.ZodCoercedNumber> => z.coerce.number().int().min(1).max(64).default(fallback)
const path = z.string().startsWith('/').max(1024)

/** The broker's environment. Paths are absolute, times in milliseconds. No secret comes this way. */
const environmentSchema = z.object({
  MOLTAGENT_BOOT_DOCUMENT: path,
  MOLTAGENT_BROKER_SOCKET: path,
  /** Written at each start: this boot's token, for the agent's group. */
  MOLTAGENT_BROKER_TOKEN_FILE: path,
  MOLTAGENT_AUDIT_SOCKET: path,
  MOLTAGENT_POLICY_FILE: path,
  /** Written by the probe that runs before: what it could reach. */
  MOLTAGENT_PROBE_FILE: path,
  /** Where Talk's webhooks arrive: the bot's name in Talk is made from it. */
  MOLTAGENT_WEBHOOK_URL: z.url(),
  /** Folder in memory where the webhook front's certificate and key are put; absent: nowhere. */
  MOLTAGENT_FRONT_LEAF: path.optional(),
  /** PEM of the only authorities trusted for providers; absent: the platform's. */
  MOLTAGENT_PROVIDER_AUTHORITY: path.optional(),
  MOLTAGENT_COMPILE_CACHE: path.optional(),
  MOLTAGENT_VERSION: z.string().min(1).max(64).default('development'),
  MOLTAGENT_WORKERS_IDLE: count(3),
  MOLTAGENT_WORKERS_MOST: count(16),
  MOLTAGENT_RENEW_MS: milliseconds(20_000),
  MOLTAGENT_SESSION_MS: milliseconds(60_000),
  MOLTAGENT_ENROL_RETRY_MS: milliseconds(5_000),
  MOLTAGENT_REPORT_MS: milliseconds(30_000),
  MOLTAGENT_ACCOUNT_CHECK_MS: milliseconds(1_000),
  MOLTAGENT_CONNECT_MS: milliseconds(defaultHttpLimits.connectMs),
  MOLTAGENT_IDLE_MS: milliseconds(defaultHttpLimits.idleMs),
})

export interface BrokerConfig {
  readonly environment: Readonly<z.infer<typeof environmentSchema>>
  readonly boot: Extract<BootDocument, { readonly role: 'agent' }>
  readonly policy: PolicyData
  readonly providerAuthority?: string
}

function readJson(file: string, what: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Error(`reading ${what} from ${file}: it is missing or not JSON`, { cause })
  }
}

/** Reads and checks everything that the broker starts from. Throws an error that names what is wrong. */
export function readConfig(variables: NodeJS.ProcessEnv): BrokerConfig {
  const environment = environmentSchema.safeParse(variables)
  if (!environment.success) throw new Error(`reading the broker's environment: ${z.prettifyError(environment.error)}`)
  const { MOLTAGENT_BOOT_DOCUMENT, MOLTAGENT_POLICY_FILE, MOLTAGENT_PROVIDER_AUTHORITY } = environment.data
  const boot = bootDocumentSchema.parse(readJson(MOLTAGENT_BOOT_DOCUMENT, 'the boot document'))
  if (boot.role !== 'agent') throw new Error(`reading the boot document: it is for role ${boot.role}, not agent`)
  const policy = policyDataSchema.parse(readJson(MOLTAGENT_POLICY_FILE, 'the policy'))
  const authority =
    MOLTAGENT_PROVIDER_AUTHORITY === undefined ? {} : { providerAuthority: readFileSync(MOLTAGENT_PROVIDER_AUTHORITY, 'utf8') }
  return { environment: environment.data, boot, policy, ...authority }
}
