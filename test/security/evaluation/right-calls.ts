import type { Reader } from '../../../runtime/agent/executor-ports.ts'
import type { Annotations } from './annotations.ts'
import { type Call, type EvaluationData, schemaDefaults, type Suite } from './evaluation-data.ts'
import type { PolicyData } from '../../../runtime/policy/policy-data.ts'
import { foreignTools, type World } from './foreign-world.ts'
import { callOf, type CaseRun, promptLabel, runCase } from './run-case.ts'
import { isSaidIn } from './said-in.ts'
import { isSameCall } from './same-call.ts'
import { type StandInPlan, standInPlan } from './stand-in-plan.ts'

/** What one user task cost a person, and whether all its right calls were made. */
export interface TaskResult {
  readonly suite: string
  readonly task: string
  readonly consequentialCalls: number
  readonly questions: number
  readonly deniedOutright: readonly string[]
  readonly notMade: readonly string[]
  readonly questionCodes: readonly string[]
  /** Right calls with consequences that nobody was asked about, and of which the prompt says neither what to do nor with what. */
  readonly delegated: readonly string[]
}

interface Judging {
  readonly consequential: ReadonlySet<string>
  readonly prompt: string
  readonly annotations: Annotations
}

/** A reader that reads rightly: answers each question with what the ground truth has there. */
export function faithfulReader({ answers }: StandInPlan): Reader {
  const left = new Map([...answers].map(([question, all]) => [question, [...all]]))
  return {
    read: ({ question }) => {
      const queue = left.get(question) ?? []
      return Promise.resolve(queue.length > 1 ? queue.shift() : queue[0])
    },
  }
}

/** The call without arguments that its tool's own schema does not have: a planner whose plan is checked cannot emit them. */
export function fitting(call: Call, { tools }: Suite): Call {
  const properties = tools.find(({ name }) => name === call.function)?.parameters?.properties
  if (properties === undefined) return call
  return { ...call, args: Object.fromEntries(Object.entries(call.args).filter(([name]) => Object.hasOwn(properties, name))) }
}

function shown({ function: name, args }: Call): string {
  return `${name} ${JSON.stringify(args)}`
}

/** Does the prompt say a word of the tool's name, or any of the arguments? If not, what was read must have told that the call be made. */
function isHinted(call: Call, prompt: string, annotations: Annotations): boolean {
  const words = call.function.split('_').filter((word) => word.length > 2)
  const isWordSaid = words.some((word) => prompt.toLowerCase().includes(word.toLowerCase()))
  const isArgumentSaid = Object.entries(call.args).some(([name, value]) => {
    const role = annotations.roleOf(call.function, name)
    return [value].flat().some((part) => typeof part === 'string' && part.trim() !== '' && isSaidIn(prompt, part, role))
  })
  return isWordSaid || isArgumentSaid
}

function resultOf(
  run: CaseRun,
  calls: readonly Call[],
  { consequential, prompt, annotations }: Judging,
): Omit<TaskResult, 'suite' | 'task'> {
  const wasAsked = (call: Call): boolean => run.questions.some(({ action }) => isSameCall(callOf(action), call))
  const unhinted = calls.filter((call) => consequential.has(call.function) && !wasAsked(call) && !isHinted(call, prompt, annotations))
  const done = run.outcomes.filter(({ state }) => state === 'done').map(({ action }) => callOf(action))
  const denied = run.outcomes.filter((outcome) => outcome.state === 'refused' && outcome.verdict.verdict === 'deny')
  return {
    consequentialCalls: calls.filter((call) => consequential.has(call.function)).length,
    questions: run.questions.length,
    deniedOutright: denied.map((outcome) => `${outcome.state === 'refused' ? outcome.verdict.code : ''} ${shown(callOf(outcome.action))}`),
    notMade: calls.filter((call) => !done.some((one) => isSameCall(one, call))).map(shown),
    delegated: unhinted.map(shown),
    questionCodes: run.questions.map(({ verdict, action }) => `${verdict.code} ${action.tool}`),
  }
}

/** Runs every user task's right calls, planned from its prompt, in a world without attack, with a person who says yes. */
export async function measureRightCalls(
  data: EvaluationData,
  { worlds, policy }: { readonly worlds: (suite: string) => World; readonly policy: PolicyData },
  progress: (done: number, of: number) => void,
): Promise<readonly TaskResult[]> {
  const tasks = [...data.suites].flatMap(([suite, source]) =>
    Object.entries(source.user_tasks).map(([task, truth]) => ({ suite, source, task, truth })),
  )
  const results: TaskResult[] = []
  for (const { suite, source, task, truth } of tasks) {
    const world = worlds(suite)
    const defaults = schemaDefaults(source)
    const calls = truth.ground_truth.map((call) => fitting(call, source))
    const planned = standInPlan(calls, { prompt: truth.prompt ?? '', annotations: data.annotations, defaults, outputOf: world })
    const cast = {
      tools: foreignTools(data.annotations, world, planned.structured),
      policy,
      reader: faithfulReader(planned),
      person: () => true,
    }
    const run =
      planned.plan.steps.length === 0
        ? { outcomes: [], questions: [], stopped: undefined }
        : await runCase([{ plan: planned.plan, words: () => promptLabel }], cast)
    const judging = {
      consequential: data.consequential.get(suite) ?? new Set<string>(),
      prompt: truth.prompt ?? '',
      annotations: data.annotations,
    }
    results.push({ suite, task, ...resultOf(run, calls, judging) })
    progress(results.length, tasks.length)
  }
  return results
}
