import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { decisionContextSchema, emptyContext } from '../policy/decision-context.ts'
import { defaultPolicy } from '../policy/default-policy.ts'
import { explain } from '../policy/explain.ts'
import { policyDataSchema } from '../policy/policy-data.ts'
import { actionSchema } from '../protocol/action.ts'

const help = `Usage: npm run -s policy -- explain FILE

Shows what the policy decides about an action, which rule decided, and why. FILE is JSON:
  {"action": {...}, "context": {...}, "policy": {...}}
context and policy may be left out, or hold only what differs from the default policy. Shapes: docs/policy.md.
`

const questionSchema = z.strictObject({
  action: actionSchema,
  context: z
    .looseObject({})
    .prefault({})
    .transform((given) => ({ ...emptyContext, ...given }))
    .pipe(decisionContextSchema),
  policy: z
    .looseObject({})
    .prefault({})
    .transform((given) => ({ ...defaultPolicy, ...given }))
    .pipe(policyDataSchema),
})

function parsed(file: string, text: string): z.infer<typeof questionSchema> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new Error(`reading ${file}: it is not JSON`, { cause: error })
  }
  const result = questionSchema.safeParse(json)
  if (result.success) return result.data
  throw new Error(`reading ${file}: ${z.prettifyError(result.error)}`)
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } })
  const [verb, file, ...more] = positionals
  if (values.help || verb !== 'explain' || file === undefined || more.length > 0) {
    console.log(help)
    return values.help ? 0 : 2
  }
  const { action, context, policy } = parsed(file, await readFile(file, 'utf8'))
  console.log(explain(action, context, policy))
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}
