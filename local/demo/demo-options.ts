import { parseArgs } from 'node:util'
import * as z from 'zod'

export const demoHelp = `Usage: npm run demo -- [--keep] [--guests instant|process] [--timeout SECONDS]

Starts a real Kubernetes and KubeVirt API on this machine, installs the chart, applies examples/aria.yaml, and shows how one Moltagent
becomes three machines behind stored NetworkPolicies. Everything is gone afterwards.

  --keep             stay up at the end, until Ctrl-C, to try things with kubectl
  --guests KIND      what stands for a virtual machine (default instant: nothing runs in it; process: the programs of
                     an image as processes, Nextcloud as its double, under enforced policies)
  --timeout SECONDS  give up when the machines do not run by then (default 300)
  --help             this text
`

const optionsSchema = z.strictObject({
  keep: z.boolean().default(false),
  guests: z.enum(['instant', 'process'], { error: '--guests must be instant or process' }).default('instant'),
  timeout: z.coerce.number({ error: '--timeout must be a number of seconds' }).int().min(10).max(7200).default(300),
  help: z.boolean().default(false),
})

export type DemoOptions = z.infer<typeof optionsSchema>

/** Reads the command line; throws a sentence for anything that is no option. */
export function parseDemoOptions(parameters: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: { keep: { type: 'boolean' }, guests: { type: 'string' }, timeout: { type: 'string' }, help: { type: 'boolean' } },
  })
  const parsed = optionsSchema.safeParse(values)
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => issue.message).join('; '))
  return parsed.data
}
