import { parseArgs } from 'node:util'
import { verbBodyLimitBytes } from '../../operator/provision/verbs.ts'
import { openWorld } from './open-world.ts'
import { runVerb, type VerbOutcome } from './verbs/run-verb.ts'

const help = `Usage: SSH_ORIGINAL_COMMAND=VERB node local/nextcloud-double/verbs-main.ts --state DIR

The forced command of the double's SSH key: reads one verb from SSH_ORIGINAL_COMMAND and its request as JSON from standard
input (64 KiB at most), prints the answer as JSON. Verbs: provision, cron, bot, disable-account, enable-account, end-tokens, status.
Exit code 0: done; 1: refused, with {"error": {"code", "message"}}.
`

async function readInput(): Promise<string | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array)
    length += bytes.length
    if (length > verbBodyLimitBytes) return null
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function outcome(state: string): Promise<VerbOutcome> {
  const input = await readInput()
  if (input === null) {
    const message = `standard input is longer than ${verbBodyLimitBytes} bytes`
    return { exitCode: 1, output: JSON.stringify({ error: { code: 'bad-request', message } }) }
  }
  const world = openWorld(state, 'http://localhost')
  try {
    return runVerb(world, process.env['SSH_ORIGINAL_COMMAND'] ?? '', input)
  } finally {
    world.store.close()
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { state: { type: 'string' }, help: { type: 'boolean' } } })
  if (values.help) {
    console.log(help)
    return
  }
  if (!values.state) throw new Error('running a verb: --state is missing; see --help')
  const { exitCode, output } = await outcome(values.state)
  console.log(output)
  process.exitCode = exitCode
}

await main()
