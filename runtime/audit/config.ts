import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { writtenKindSchema } from '../protocol/audit-record.ts'
import { defaultLogLimits } from './log-limits.ts'

const socketSchema = z.strictObject({
  path: z.string().startsWith('/'),
  actor: z.string().regex(/^[a-z][a-z-]{0,31}$/),
  kinds: z.array(writtenKindSchema),
  mayErase: z.boolean().default(false),
  /** Permissions of the socket's file, octal as in `chmod`: the program that may connect is in the file's group. */
  mode: z
    .string()
    .regex(/^0?[0-7]{3}$/)
    .default('660'),
  /** Group of the socket's file; the log's own when absent. */
  gid: z.int().min(0).optional(),
})

const limitsSchema = z.strictObject({
  segmentRecords: z
    .int()
    .min(2)
    .max(2 ** 24)
    .refine((records) => Number.isInteger(Math.log2(records)), 'must be a power of two')
    .default(defaultLogLimits.segmentRecords),
  checkpointRecords: z.int().min(1).default(defaultLogLimits.checkpointRecords),
  checkpointMs: z.int().min(1).default(defaultLogLimits.checkpointMs),
  epochMs: z.int().min(1).default(defaultLogLimits.epochMs),
  batchRecords: z.int().min(1).default(defaultLogLimits.batchRecords),
  waitingAppends: z.int().min(1).default(defaultLogLimits.waitingAppends),
})

/** The log process's configuration: a JSON file named by `MOLTAGENT_AUDIT_CONFIG`. */
export const auditConfigSchema = z.strictObject({
  /** Gets `log/` and `private/`. */
  folder: z.string().startsWith('/'),
  origin: z
    .string()
    .regex(/^[^\s+]+$/)
    .max(256),
  sockets: z.array(socketSchema).min(1),
  limits: limitsSchema.prefault({}),
})

export type AuditConfig = Readonly<z.infer<typeof auditConfigSchema>>

/** Reads the configuration and the machine's boot id. Throws a sentence that names the file and the field. */
export function readAuditConfig(environment: Readonly<Record<string, string | undefined>>): {
  readonly config: AuditConfig
  readonly boot: string
} {
  const path = environment['MOLTAGENT_AUDIT_CONFIG']
  if (!path) throw new Error('reading the audit log’s configuration: MOLTAGENT_AUDIT_CONFIG names no file')
  const parsed = auditConfigSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (!parsed.success) throw new Error(`reading the audit log’s configuration from ${path}: ${z.prettifyError(parsed.error)}`)
  return { config: parsed.data, boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() }
}
