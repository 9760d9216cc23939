import type { Tool, ToolArguments } from '../../../runtime/tools/tool.ts'
import { canonicalJson } from '../../../runtime/protocol/canonical-json.ts'
import { unknownLabel } from '../../../runtime/policy/label-lattice.ts'
import type { PolicyData } from '../../../runtime/policy/policy-data.ts'
import type { Annotations } from './annotations.ts'
import type { Call, EvaluationData } from './evaluation-data.ts'
import { recordsOf } from './records-of.ts'
import { unknownSourceTool } from './stand-in-plan.ts'

/** What a foreign tool answers to a call, where the data say it. */
export type World = (call: Call) => string | undefined

function keyOf(suite: string, call: Call): string {
  return `${suite} ${call.function} ${canonicalJson(call.args)}`
}

/** Answers of the recorded runs without attack; where none called it so, of the scripted user steps, which may hold an attack. */
export function peacefulWorlds(data: EvaluationData): (suite: string) => World {
  const answers = new Map<string, string>()
  const remember = (suite: string, call: Call, output: string | null | undefined): void => {
    const key = keyOf(suite, call)
    if (typeof output === 'string' && !answers.has(key)) answers.set(key, output)
  }
  for (const run of data.recorded.filter(({ injection_task }) => typeof injection_task !== 'string')) {
    for (const { call, output } of callsOf(run.messages)) remember(run.suite, call, output)
  }
  for (const { suite, steps } of data.scripted) {
    for (const { tool, args, output, origin } of steps) if (origin === 'user') remember(suite, { function: tool, args }, output)
  }
  return (suite) => (call) => answers.get(keyOf(suite, call))
}

/** Answers of one case's own calls, the first where it called twice; where it has none for just these arguments, of the same tool; else of the peaceful world. */
export function worldOf(calls: readonly { readonly call: Call; readonly output: string | null | undefined }[], peaceful: World): World {
  const inReverse = calls.toReversed()
  const exact = new Map(inReverse.map(({ call, output }) => [keyOf('', call), output ?? undefined]))
  const byTool = new Map(inReverse.map(({ call, output }) => [call.function, output ?? undefined]))
  return (call) => exact.get(keyOf('', call)) ?? byTool.get(call.function) ?? peaceful(call)
}

interface Message {
  readonly role: string
  readonly content?: string | null | undefined
  readonly tool_calls?: readonly Call[] | null | undefined
}

/** A recorded run's calls in order, each with its answer; `turn` counts the model's turns. */
export function callsOf(messages: readonly Message[]): readonly { readonly call: Call; readonly output: string; readonly turn: number }[] {
  const done: { call: Call; output: string; turn: number }[] = []
  let waiting: Call[] = []
  let turn = 0
  for (const message of messages) {
    if (message.role === 'assistant') {
      turn += 1
      waiting = [...(message.tool_calls ?? [])]
    }
    const call = message.role === 'tool' ? waiting.shift() : undefined
    if (call !== undefined) done.push({ call, output: message.content ?? '', turn })
  }
  return done
}

/** Where a value comes from that neither the prompt nor any answer holds. Of it nothing is known but that it was not the prompt. */
function unknownSource(): Tool {
  return {
    name: unknownSourceTool,
    declaration: { effect: 'read', arguments: {} },
    output: { label: { ...unknownLabel('nobody'), sensitivity: 'internal', readers: 'all' }, assigned: [] },
    execute: () => Promise.resolve({ state: 'done', data: '' }),
  }
}

/** The annotated tools as the executor sees tools. They change nothing: they answer what the data hold. */
export function foreignTools(annotations: Annotations, world: World, structured: ReadonlySet<string>): ReadonlyMap<string, Tool> {
  const tools = [...annotations.tools].map(([name, { declaration, label, assigned }]): [string, Tool] => {
    const execute = (given: ToolArguments): ReturnType<Tool['execute']> => {
      const output = world({ function: name, args: { ...given } }) ?? ''
      return Promise.resolve({ state: 'done', data: structured.has(name) ? recordsOf(output) : output })
    }
    return [name, { name, declaration, output: { label, assigned }, execute }]
  })
  return new Map([...tools, [unknownSourceTool, unknownSource()]])
}

/** The annotations' policy, with the source of which nothing is known. */
export function evaluationPolicy(annotations: Annotations): PolicyData {
  const policy = annotations.policy()
  return { ...policy, tools: { ...policy.tools, [unknownSourceTool]: unknownSource().declaration } }
}
