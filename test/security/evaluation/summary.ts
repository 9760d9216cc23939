import { type Figures, figuresOf, type Findings } from './evaluate.ts'

/** The figures in total and per suite. `groups`: suites with attacks to try, and suites of which only user tasks are known. */
export type Summary = Figures & {
  readonly suites: Readonly<Record<string, Figures>>
  readonly groups: Readonly<Record<'withAttacks' | 'questionsOnly', Figures & { readonly names: readonly string[] }>>
  readonly toolsDeniedByDefault: readonly string[]
  readonly tasksWithQuestions: readonly { readonly task: string; readonly questions: readonly string[] }[]
}

/** Sums up what an evaluation found. */
export function summaryOf(findings: Findings, suites: readonly string[], toolsDeniedByDefault: readonly string[]): Summary {
  const attacked = new Set([...findings.scripted, ...findings.recorded].map(({ suite }) => suite))
  const group = (names: readonly string[]): Figures & { names: readonly string[] } => ({ names, ...figuresOf(findings, names) })
  return {
    ...figuresOf(findings, suites),
    suites: Object.fromEntries(suites.map((suite) => [suite, figuresOf(findings, [suite])])),
    groups: {
      withAttacks: group(suites.filter((suite) => attacked.has(suite))),
      questionsOnly: group(suites.filter((suite) => !attacked.has(suite))),
    },
    toolsDeniedByDefault,
    tasksWithQuestions: findings.tasks
      .filter(({ questions }) => questions > 0)
      .map(({ suite, task, questionCodes }) => ({ task: `${suite}/${task}`, questions: questionCodes })),
  }
}
