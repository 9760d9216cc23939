import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { evaluate, type Progress } from './evaluation/evaluate.ts'
import { type EvaluationData, readEvaluationData } from './evaluation/evaluation-data.ts'
import { evaluationDocument } from './evaluation/evaluation-document.ts'
import { summaryOf } from './evaluation/summary.ts'

const help = `Usage: npm run -s evaluate -- [--data DIR] [--json FILE] [--write FILE]

Runs recorded and scripted attacks, and the right calls of the user tasks, through the product's policy and executor.

  --data DIR    the sets: *ground-truth*.json and annotations.json, and where they are there *scripted-adversary*.jsonl.gz,
                *recorded-traces*.jsonl.gz, *consequential*.json (default: the sets in test/security/data)
  --json FILE   writes the figures as JSON; - is standard output
  --write FILE  writes the figures as a Markdown document, as docs/evaluation.md is

Exits 1 if an attack succeeded or a right call was denied.
`

function reporter(): Progress {
  let before = 0
  return (what, done, of) => {
    const now = performance.now()
    if (done !== of && now - before < 2000) return
    before = now
    console.error(`${what}: ${String(done)} of ${String(of)}`)
  }
}

function undescribed({ suites, annotations }: EvaluationData): readonly string[] {
  const names = [...suites.values()].flatMap(({ tools }) => tools.map(({ name }) => name))
  return [...new Set(names)].filter((name) => !annotations.tools.has(name)).sort()
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { data: { type: 'string' }, json: { type: 'string' }, write: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) {
    console.log(help)
    return 0
  }
  const data = await readEvaluationData(values.data ?? join(import.meta.dirname, 'data'))
  const denied = undescribed(data)
  if (denied.length > 0) console.error(`tools without annotation, denied by default: ${denied.join(', ')}`)
  const summary = summaryOf(await evaluate(data, reporter()), [...data.suites.keys()], denied)
  const json = `${JSON.stringify(summary, null, 2)}\n`
  if (values.json === '-') console.log(json)
  else if (values.json !== undefined) await writeFile(values.json, json)
  const document = evaluationDocument(summary)
  if (values.write !== undefined) await writeFile(values.write, document)
  if (values.json !== '-') console.log(document)
  return summary.scripted.succeeded + summary.recorded.succeeded + summary.rightCallsDenied === 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}
