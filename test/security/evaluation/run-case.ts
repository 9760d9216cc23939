import type { Question, Reader } from '../../../runtime/agent/executor-ports.ts'
import { defaultExecutorLimits } from '../../../runtime/agent/executor-ports.ts'
import type { Plan } from '../../../runtime/agent/plan.ts'
import type { CallOutcome } from '../../../runtime/agent/run-call.ts'
import { runPlan } from '../../../runtime/agent/run-plan.ts'
import { TaskMemory } from '../../../runtime/agent/task-memory.ts'
import type { Action } from '../../../runtime/protocol/action.ts'
import type { Label } from '../../../runtime/protocol/label.ts'
import type { PolicyData } from '../../../runtime/policy/policy-data.ts'
import type { Tool } from '../../../runtime/tools/tool.ts'
import type { Call } from './evaluation-data.ts'

/** The operator's own words in every case of the evaluation. */
export const promptLabel: Label = { integrity: 'trusted', sensitivity: 'internal', readers: 'all', sources: ['prompt'] }

/** Whom the executor runs against: the foreign tools, a reader, and a person who answers. */
export interface Cast {
  readonly tools: ReadonlyMap<string, Tool>
  readonly policy: PolicyData
  readonly reader: Reader
  readonly person: (question: Question) => boolean
}

/** What a case showed. */
export interface CaseRun {
  readonly outcomes: readonly CallOutcome[]
  readonly questions: readonly Question[]
  readonly stopped: string | undefined
}

export function callOf(action: Action): Call {
  return { function: action.tool, args: Object.fromEntries(action.arguments.map(({ name, value }) => [name, value])) }
}

/** Runs plans one after the other, as one task, through the product's executor and policy. A refused call is left out, to see the rest. */
export async function runCase(plans: readonly { readonly plan: Plan; readonly words: () => Label }[], cast: Cast): Promise<CaseRun> {
  const memory = new TaskMemory()
  const questions: Question[] = []
  const outcomes: CallOutcome[] = []
  let stopped: string | undefined
  const ports = {
    tools: cast.tools,
    policy: cast.policy,
    reader: cast.reader,
    ask: (question: Question) => {
      questions.push(question)
      return Promise.resolve(cast.person(question) ? ('approved' as const) : ('denied' as const))
    },
    record: () => Promise.resolve(),
    signal: new AbortController().signal,
  }
  for (const { plan, words } of plans) {
    const report = await runPlan(plan, words(), { ports, memory, limits: { ...defaultExecutorLimits, afterRefusal: 'skip' } })
    outcomes.push(...report.calls)
    stopped ??= report.stopped?.code
  }
  return { outcomes, questions, stopped }
}
