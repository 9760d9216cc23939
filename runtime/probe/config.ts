import { parseArgs } from 'node:util'
import * as z from 'zod'

export const probeHelp = `Usage: probe --boot FILE --out FILE [--key FILE] [--every SECONDS] [--timeout MS] [--concurrency N]

Tries every target on the boot document's two lists from inside this machine and writes what it found to --out, as JSON, whole or not at
all. With --key (PEM, P-256) the evidence is signed. With --every it goes on; without, it exits: 0 when every forbidden edge is closed,
1 when one is open, 2 when the probe could not run.
`

const configSchema = z.strictObject({
  boot: z.string({ error: '--boot FILE is needed: the boot document' }).min(1),
  out: z.string({ error: '--out FILE is needed: where the evidence goes' }).min(1),
  key: z.string().min(1).optional(),
  every: z.coerce.number().int().min(1).max(86_400).optional(),
  timeout: z.coerce.number().int().min(50).max(60_000).default(1500),
  concurrency: z.coerce.number().int().min(1).max(256).default(32),
  help: z.boolean().optional(),
})

export type ProbeConfig = z.infer<typeof configSchema>

/** Reads the command line. Throws with a sentence per mistake. */
export function probeConfig(args: readonly string[]): ProbeConfig | 'help' {
  const text = { type: 'string' } as const
  const options = { boot: text, out: text, key: text, every: text, timeout: text, concurrency: text, help: { type: 'boolean' } } as const
  const { values } = parseArgs({ args: [...args], options })
  if (values.help) return 'help'
  const parsed = configSchema.safeParse(values)
  if (!parsed.success) throw new Error(`reading the probe's options: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`)
  return parsed.data
}
