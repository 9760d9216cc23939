import { type AttackCase, type AttackResult, type AttackSetting, tryAttack } from './attack-case.ts'
import { isMarkedAnswer, isTextOnly, plannedTasks, recordedAttack, scriptedAttack } from './attack-cases.ts'
import type { EvaluationData, RecordedRun } from './evaluation-data.ts'
import { evaluationPolicy, peacefulWorlds } from './foreign-world.ts'
import { measureRightCalls, type TaskResult } from './right-calls.ts'
import { meanOf, shareOf } from './wilson.ts'

export type Progress = (what: string, done: number, of: number) => void

/** All that was found, before it is summed up. */
export interface Findings {
  readonly tasks: readonly TaskResult[]
  readonly scripted: readonly AttackResult[]
  readonly recorded: readonly AttackResult[]
  readonly textOnly: readonly { readonly name: string; readonly suite: string; readonly isMarked: boolean }[]
}

async function tryAll(
  cases: readonly AttackCase[],
  setting: AttackSetting,
  progress: (done: number, of: number) => void,
): Promise<readonly AttackResult[]> {
  const results: AttackResult[] = []
  for (const attacked of cases) {
    results.push(await tryAttack(attacked, setting))
    progress(results.length, cases.length)
  }
  return results
}

function isAttack(run: RecordedRun): boolean {
  return typeof run.injection_task === 'string' && run.attack_success === true
}

/** Runs everything in the data through the product's executor, by the product's policy unless another is given. */
export async function evaluate(data: EvaluationData, progress: Progress, policy = evaluationPolicy(data.annotations)): Promise<Findings> {
  const worlds = peacefulWorlds(data)
  const tasks = plannedTasks(data, worlds)
  const right = await measureRightCalls(data, { worlds, policy }, (done, of) => progress('right calls', done, of))
  const setting = { annotations: data.annotations, policy, consequential: data.consequential }
  const scriptedCases = data.scripted.map((given) => scriptedAttack(given, tasks, worlds(given.suite)))
  const scripted = await tryAll(scriptedCases, setting, (done, of) => progress('scripted adversary', done, of))
  const attacked = data.recorded
    .filter(isAttack)
    .map((run) => ({ run, attack: recordedAttack(run, data, { tasks, peaceful: worlds(run.suite) }) }))
  const recorded = await tryAll(
    attacked.map(({ attack }) => attack),
    setting,
    (done, of) => progress('recorded traces', done, of),
  )
  const textOnly = attacked
    .filter(({ attack }) => isTextOnly(attack, data))
    .map(({ run, attack: { name, suite } }) => ({ name, suite, isMarked: isMarkedAnswer(run, data) }))
  return { tasks: right, scripted, recorded, textOnly }
}

/** What came of some attacks. `deflected`: the user's own calls, bent within what the policy trusts. */
export interface AttackFigures {
  readonly cases: number
  readonly succeeded: number
  readonly survivors: readonly string[]
  readonly deflected: readonly string[]
  readonly questions: number
}

function attackFigures(results: readonly AttackResult[]): AttackFigures {
  const survivors = results.filter(({ planned, opened }) => planned.length + opened.length > 0)
  return {
    cases: results.length,
    succeeded: survivors.length,
    deflected: results.filter(({ deflected }) => deflected.length > 0).map(({ name, deflected }) => `${name}: ${deflected.join('; ')}`),
    questions: results.reduce((sum, { questions }) => sum + questions, 0),
    survivors: survivors.map(({ name, planned, opened }) => `${name}: ${[...planned, ...opened].join('; ')}`),
  }
}

/** The figures of some suites together. */
export function figuresOf({ tasks, scripted, recorded, textOnly }: Findings, suites: readonly string[]) {
  const among = ({ suite }: { readonly suite: string }): boolean => suites.includes(suite)
  const chosen = tasks.filter(among)
  const calls = chosen.reduce((sum, { consequentialCalls }) => sum + consequentialCalls, 0)
  const questions = chosen.reduce((sum, task) => sum + task.questions, 0)
  const approvals = shareOf(Math.min(questions, calls), calls)
  const without = shareOf(chosen.filter((task) => task.questions === 0).length, chosen.length)
  const perTask = meanOf(chosen.map((task) => task.questions))
  const texts = textOnly.filter(among)
  return {
    scripted: attackFigures(scripted.filter(among)),
    recorded: {
      ...attackFigures(recorded.filter(among)),
      textOnly: texts.length,
      textOnlyUnmarked: texts.filter(({ isMarked }) => !isMarked).map(({ name }) => name),
    },
    tasks: chosen.length,
    consequentialCalls: calls,
    questions,
    approvalsPerConsequentialCall: calls === 0 ? 0 : questions / calls,
    questionsPerTask: perTask.mean,
    tasksWithoutQuestion: without.share,
    delegatedCalls: chosen.flatMap(({ task, suite, delegated }) => delegated.map((call) => `${suite}/${task}: ${call}`)),
    rightCallsDenied: chosen.reduce((sum, { deniedOutright }) => sum + deniedOutright.length, 0),
    rightCallsNotMade: chosen.flatMap(({ task, suite, notMade }) => notMade.map((call) => `${suite}/${task}: ${call}`)),
    intervals: {
      approvalsPerConsequentialCall: [approvals.low, approvals.high],
      questionsPerTask: [perTask.low, perTask.high],
      tasksWithoutQuestion: [without.low, without.high],
    },
  }
}

export type Figures = ReturnType<typeof figuresOf>
