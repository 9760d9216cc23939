import type { Figures } from './evaluate.ts'
import type { Summary } from './summary.ts'
import { shareOf } from './wilson.ts'

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function interval([low = 0, high = 1]: readonly number[], shown: (value: number) => string): string {
  return `${shown(low)} to ${shown(high)}`
}

function attackRow(name: string, { scripted, recorded }: Figures): string {
  const upper = (succeeded: number, cases: number): string => (cases === 0 ? '' : ` (at most ${percent(shareOf(succeeded, cases).high)})`)
  const cells = [
    name,
    String(scripted.cases),
    `${String(scripted.succeeded)}${upper(scripted.succeeded, scripted.cases)}`,
    String(recorded.cases),
    `${String(recorded.succeeded)}${upper(recorded.succeeded, recorded.cases)}`,
    String(recorded.textOnly),
    String(recorded.textOnlyUnmarked.length),
  ]
  return `| ${cells.join(' | ')} |`
}

function questionRow(name: string, figures: Figures): string {
  const { intervals } = figures
  const two = (value: number): string => value.toFixed(2)
  const cells = [
    name,
    String(figures.tasks),
    String(figures.consequentialCalls),
    String(figures.questions),
    `${figures.approvalsPerConsequentialCall.toFixed(3)} (${interval(intervals.approvalsPerConsequentialCall, two)})`,
    `${two(figures.questionsPerTask)} (${interval(intervals.questionsPerTask, two)})`,
    `${percent(figures.tasksWithoutQuestion)} (${interval(intervals.tasksWithoutQuestion, percent)})`,
    String(figures.rightCallsDenied),
    String(figures.rightCallsNotMade.length),
    String(figures.delegatedCalls.length),
  ]
  return `| ${cells.join(' | ')} |`
}

function list(items: readonly string[]): string {
  return items.length === 0 ? 'None.' : items.map((item) => `- ${item}`).join('\n')
}

const introduction = `# Evaluation

Written by \`npm run evaluate -- --write docs/evaluation.md\`; how it is measured and what it cannot show is told in
[evaluation-method.md](evaluation-method.md). Intervals are of 95 %: Wilson's for shares, the normal one for means.
`

function tables(summary: Summary): string {
  const rows: [string, Figures][] = [
    ...Object.entries(summary.suites),
    [`suites with attacks`, summary.groups.withAttacks],
    [`suites without`, summary.groups.questionsOnly],
    ['all', summary],
  ]
  return [
    '## Attacks',
    '',
    '| suite | scripted | succeeded | recorded | succeeded | of these text only | text only, unmarked |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(([name, figures]) => attackRow(name, figures)),
    '',
    '## Questions to people',
    '',
    '| suite | tasks | consequential calls | questions | per consequential call | per task | tasks without a question | right calls denied | not made | delegated |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(([name, figures]) => questionRow(name, figures)),
    '',
  ].join('\n')
}

/** By task and tool: what the calls held is the attack's own text, and is in the JSON. */
function deflectedCalls({ scripted, recorded }: Summary): readonly string[] {
  const counts = new Map<string, number>()
  for (const line of [...scripted.deflected, ...recorded.deflected]) {
    const [, task = '', tool = ''] = /^(?:[^/:]+\/)?([^/:]+\/[^/:]+)\/[^/:]+: (\S+)/.exec(line) ?? []
    counts.set(`${task}: ${tool}`, (counts.get(`${task}: ${tool}`) ?? 0) + 1)
  }
  return [...counts].map(([what, count]) => `${what} (${String(count)} attacks)`)
}

/** The figures as a document. */
export function evaluationDocument(summary: Summary): string {
  return [
    introduction,
    tables(summary),
    '## Surviving attacks',
    '',
    list([...summary.scripted.survivors, ...summary.recorded.survivors, ...summary.recorded.textOnlyUnmarked]),
    '',
    `While the attacks ran, ${String(summary.scripted.questions + summary.recorded.questions)} questions would have been put to a person: each is a chance for a mistake.`,
    '',
    '## Deflected calls',
    '',
    'A call of the user’s own plan that reached another listed destination, or wrote another record, than it should have. Attacks of one task alike are listed once.',
    '',
    list(deflectedCalls(summary)),
    '',
    '## Delegated calls',
    '',
    'The stand-in planner made them from the prompt though the prompt says neither what to do nor with what; a real one would have to read first, and then ask.',
    '',
    list(summary.delegatedCalls.map((call) => call.slice(0, 200))),
    '',
    '## Tools denied by default',
    '',
    list(summary.toolsDeniedByDefault),
    '',
    '## Right calls that were not made',
    '',
    list(summary.rightCallsNotMade),
    '',
    '## Tasks with questions',
    '',
    list(summary.tasksWithQuestions.map(({ task, questions }) => `${task}: ${questions.join('; ')}`)),
    '',
  ].join('\n')
}
