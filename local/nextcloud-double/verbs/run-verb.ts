import {
  verbFailureSchema,
  verbSchema,
  verbSchemas,
  type Verb,
  type VerbFailure,
  type VerbRequest,
  type VerbResponse,
} from '../../../operator/provision/verbs.ts'
import { runCron } from '../cron.ts'
import type { World } from '../world.ts'
import { disableAccount, enableAccount, endTokens, provision } from './account-verbs.ts'
import { botVerb } from './bot-verb.ts'
import { statusVerb } from './status-verb.ts'
import { VerbError } from './verb-error.ts'

type Handlers = { readonly [Name in Verb]: (world: World, request: VerbRequest<Name>) => VerbResponse<Name> }

const handlers: Handlers = {
  provision,
  cron: (world) => {
    runCron(world)
    return { ranAt: new Date(world.now()).toISOString() }
  },
  bot: botVerb,
  'disable-account': disableAccount,
  'enable-account': enableAccount,
  'end-tokens': endTokens,
  status: statusVerb,
}

export interface VerbOutcome {
  readonly exitCode: 0 | 1
  readonly output: string
}

function failure(code: VerbFailure['error']['code'], message: string): VerbOutcome {
  return { exitCode: 1, output: JSON.stringify(verbFailureSchema.parse({ error: { code, message: message.slice(0, 2048) } })) }
}

function perform(world: World, name: Verb, value: unknown): VerbOutcome {
  const { request, response } = verbSchemas[name]
  const parsed = request.safeParse(value)
  if (!parsed.success)
    return failure(
      'bad-request',
      `verb ${name}: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`,
    )
  const handle = handlers[name] as (world: World, request: unknown) => unknown
  const result = world.store.transaction(() => handle(world, parsed.data))
  return { exitCode: 0, output: JSON.stringify(response.parse(result)) }
}

/** One verb from its name and the JSON it was sent. Bad input is answered, never thrown; nothing is stored then. */
export function runVerb(world: World, command: string, input: string): VerbOutcome {
  const verb = verbSchema.safeParse(command)
  if (!verb.success) return failure('unknown-verb', `the command must be exactly one of: ${verbSchema.options.join(', ')}`)
  let value: unknown
  try {
    value = JSON.parse(input)
  } catch {
    return failure('bad-request', `verb ${verb.data}: standard input is not JSON`)
  }
  try {
    return perform(world, verb.data, value)
  } catch (error) {
    if (error instanceof VerbError) return failure(error.code, `verb ${verb.data}: ${error.message}`)
    return failure('failed', `verb ${verb.data}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
