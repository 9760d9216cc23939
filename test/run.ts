import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { stages, type Stage } from './support/stages.ts'

const help = `Usage: npm test -- [--long] [STAGE ...]

Runs the stages in order, stops at the first that fails and prints how long each took.

${stages.map((stage) => `  ${stage.name.padEnd(12)} ${stage.what}${stage.long ? ' (only with --long)' : ''}`).join('\n')}
`

function run(stage: Stage): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(stage.command, stage.arguments, { stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(signal ? 1 : (code ?? 1)))
  })
}

function chosen(names: readonly string[], long: boolean): readonly Stage[] {
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name))
  if (unknown.length > 0) throw new Error(`choosing test stages: there is no stage ${unknown.join(', ')}; see npm test -- --help`)
  return stages.filter((stage) => (names.length > 0 ? names.includes(stage.name) : long || !stage.long))
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { long: { type: 'boolean' }, help: { type: 'boolean' } } })
  if (values.help) {
    console.log(help)
    return 0
  }
  const times: string[] = []
  for (const stage of chosen(positionals, values.long ?? false)) {
    console.log(`\n== ${stage.name}: ${stage.what}`)
    const started = performance.now()
    const code = await run(stage)
    times.push(`${stage.name} ${((performance.now() - started) / 1000).toFixed(1)} s`)
    if (code !== 0) {
      console.error(`\nstage ${stage.name} failed (exit ${code}) after: ${times.join(', ')}`)
      return 1
    }
  }
  console.log(`\nall stages passed: ${times.join(', ')}`)
  return 0
}

process.exitCode = await main()
