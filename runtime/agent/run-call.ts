import type { Action } from '../protocol/action.ts'
import type { JsonValue } from '../protocol/json-value.ts'
import type { Integrity, Label } from '../protocol/label.ts'
import { actionDigest } from '../policy/action-digest.ts'
import { dataOf } from '../policy/data-of.ts'
import { decide } from '../policy/decide.ts'
import type { DecisionContext } from '../policy/decision-context.ts'
import { joinAll, leastLabel } from '../policy/label-lattice.ts'
import type { Verdict } from '../policy/verdict.ts'
import type { Tool, ToolArguments, ToolResult } from '../tools/tool.ts'
import { evaluateExpression } from './evaluate-expression.ts'
import type { ExecutorPorts } from './executor-ports.ts'
import type { CallStep } from './plan.ts'
import { questionFor } from './question-for.ts'
import type { TaskMemory } from './task-memory.ts'
import type { Value } from './value.ts'

/** Where in a plan a step stands: the label of what decided that it runs, the planner's words, and the loop around it. */
export interface Frame {
  readonly control: Label
  readonly words: Label
  readonly loop?: { readonly item: string; readonly values: readonly Value[] }
}

/** How a call ended. `verdict` is the last one given; `asked` says what a person answered, where one was asked. */
export type CallOutcome =
  | { readonly state: 'done'; readonly action: Action; readonly verdict: Verdict; readonly value: Value; readonly asked?: 'approved' }
  | { readonly state: 'failed'; readonly action: Action; readonly code: string; readonly asked?: 'approved' }
  | { readonly state: 'refused'; readonly action: Action; readonly verdict: Verdict; readonly asked?: 'denied' | 'expired' | 'changed' }

interface Prepared {
  readonly tool: Tool | undefined
  readonly given: ToolArguments
  readonly values: readonly (readonly [string, Value])[]
}

function prepare(step: CallStep, memory: TaskMemory, frame: Frame, tools: ReadonlyMap<string, Tool>): Prepared {
  const scope = { values: memory.values, words: frame.words }
  const values = Object.entries(step.arguments).map(([name, expression]) => [name, evaluateExpression(expression, scope)] as const)
  return { tool: tools.get(step.tool), given: Object.fromEntries(values.map(([name, { data }]) => [name, data])), values }
}

async function actionOf(step: CallStep, { tool, given, values }: Prepared, frame: Frame, signal: AbortSignal): Promise<Action> {
  const object = await tool?.object?.(given, signal)
  const roles = tool?.declaration.arguments ?? {}
  return {
    schemaVersion: 1,
    tool: step.tool,
    effect: tool?.declaration.effect ?? 'destructive',
    control: frame.control,
    arguments: values.map(([name, { data, label }]) => ({
      name,
      role: (Object.hasOwn(roles, name) ? roles[name] : undefined) ?? 'destination',
      value: data,
      label,
    })),
    ...(object === undefined ? {} : { object }),
  }
}

/** The data that the other rounds of the loop will put into the same argument, so that one question can cover them. */
function siblingsIn({ step, frame, memory }: Stage): (argument: string) => readonly JsonValue[] {
  const { loop, words } = frame
  return (argument) => {
    const expression = step.arguments[argument]
    if (expression === undefined || loop === undefined) return []
    return loop.values.flatMap((value) => {
      const values = new Map([...memory.values, [loop.item, value]])
      return dataOf(evaluateExpression(expression, { values, words }).data)
    })
  }
}

function basisOf(action: Action): Integrity {
  const decisive = action.arguments.filter(({ role }) => action.effect === 'read' || role !== 'content')
  return joinAll([action.control, ...decisive.map(({ label }) => label)]).integrity
}

function resultValue(tool: Tool, action: Action, data: JsonValue, label: Label): Value {
  const inputs = action.arguments.map((argument) => argument.label)
  return {
    data,
    label: joinAll([tool.output.label, label, action.control, ...inputs]),
    basis: basisOf(action),
    assigned: tool.output.assigned,
  }
}

async function resultOf(tool: Tool, given: ToolArguments, signal: AbortSignal): Promise<ToolResult> {
  try {
    return await tool.execute(given, signal)
  } catch (error) {
    return { state: 'failed', code: 'tool-failed', message: error instanceof Error ? error.message : 'unknown' }
  }
}

/** A call on its way: what is needed at each stage of its life. */
interface Stage {
  readonly step: CallStep
  readonly memory: TaskMemory
  readonly frame: Frame
  readonly ports: ExecutorPorts
  readonly prepared: Prepared
}

async function perform({ prepared, ports, memory }: Stage, action: Action, verdict: Verdict, asked?: 'approved'): Promise<CallOutcome> {
  const { tool, given } = prepared
  if (tool === undefined) return { state: 'failed', action, code: 'unknown-tool' }
  await ports.record({ kind: 'intent', action, verdict })
  memory.spend(action.effect)
  const result = await resultOf(tool, given, ports.signal)
  await ports.record({ kind: 'outcome', action, result })
  const answered = asked === undefined ? {} : { asked }
  if (result.state === 'failed') return { state: 'failed', action, code: result.code, ...answered }
  return { state: 'done', action, verdict, value: resultValue(tool, action, result.data, result.label ?? leastLabel), ...answered }
}

async function refuse({ ports }: Stage, action: Action, verdict: Verdict, asked?: 'denied' | 'expired' | 'changed'): Promise<CallOutcome> {
  await ports.record({ kind: 'refusal', action, verdict })
  return { state: 'refused', action, verdict, ...(asked === undefined ? {} : { asked }) }
}

/** Asks, and on a yes judges the action as it is now: changed meanwhile, it does not run. */
async function askAndPerform(stage: Stage, action: Action, verdict: Verdict): Promise<CallOutcome> {
  const { memory, ports, step, frame, prepared } = stage
  const asking = { context: memory.context, policy: ports.policy, siblings: siblingsIn(stage) }
  const question = questionFor(action, verdict, asking)
  memory.asked()
  const answer = await ports.ask(question)
  if (answer !== 'approved') return refuse(stage, action, verdict, answer)
  if (question.kind === 'datum') memory.endorse(question.role, question.data)
  const now = await actionOf(step, prepared, frame, ports.signal)
  const context: DecisionContext = question.kind === 'action' ? { ...memory.context, approved: actionDigest(action) } : memory.context
  const again = decide(now, context, ports.policy)
  return again.verdict === 'allow' ? perform(stage, now, again, 'approved') : refuse(stage, now, again, 'changed')
}

/** One call: prepare, decide, ask where a person must, record, execute. The result carries the labels of all that went in. */
export async function runCall(step: CallStep, memory: TaskMemory, frame: Frame, ports: ExecutorPorts): Promise<CallOutcome> {
  const prepared = prepare(step, memory, frame, ports.tools)
  const stage: Stage = { step, memory, frame, ports, prepared }
  const action = await actionOf(step, prepared, frame, ports.signal)
  const verdict = decide(action, memory.context, ports.policy)
  if (verdict.verdict === 'deny') return refuse(stage, action, verdict)
  return verdict.verdict === 'allow' ? perform(stage, action, verdict) : askAndPerform(stage, action, verdict)
}
