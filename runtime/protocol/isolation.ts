import * as z from 'zod'
import { instantSchema } from './identifiers.ts'

/** One thing a probe tries to reach from inside a machine. */
export const probeTargetSchema = z.strictObject({
  /** Stable name shown in status, such as `ollama:11434/tcp` or `metadata:169.254.169.254:80/tcp`. */
  name: z.string().min(1).max(128),
  host: z.string().min(1).max(253),
  /** Absent for ICMP. */
  port: z.int().min(1).max(65_535).optional(),
  protocol: z.enum(['tcp', 'udp', 'icmp', 'dns']),
})

/** What a machine's probe found: which forbidden edges were open, which allowed ones closed. */
export const isolationEvidenceSchema = z.strictObject({
  at: instantSchema,
  /** How many forbidden edges were tried. Zero proves nothing. */
  forbidden: z.int().min(0).max(10_000),
  open: z.array(z.string().min(1).max(128)).max(256),
  closedAllowed: z.array(z.string().min(1).max(128)).max(256),
})

export type ProbeTarget = Readonly<z.infer<typeof probeTargetSchema>>
export type IsolationEvidence = Readonly<z.infer<typeof isolationEvidenceSchema>>
