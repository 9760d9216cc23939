import type { Expression, Plan, Step } from '../../../runtime/agent/plan.ts'
import type { JsonValue } from '../../../runtime/protocol/json-value.ts'
import type { Call } from './evaluation-data.ts'
import { isSameValue } from './same-call.ts'
import { type EarlierCall, type Knowledge, type Source, trustedSource } from './value-source.ts'

/** Where a value comes from of which neither prompt nor any answer tells: a tool whose results nobody vouches for. */
export const unknownSourceTool = 'unknown_source'

/** A plan, and what a faithful reader answers to each of its questions, in order. */
export interface StandInPlan {
  readonly plan: Plan
  readonly answers: ReadonlyMap<string, readonly JsonValue[]>
  /** Tools whose answers the plan chooses records from. */
  readonly structured: ReadonlySet<string>
}

type Parameters = Omit<Knowledge, 'earlier' | 'written'> & { readonly outputOf: (call: Call) => string | undefined }

function questionFor(index: number, call: Call, argument: string): string {
  return `What is the argument ${argument} of call ${String(index)}, ${call.function}?`
}

function asText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

class PlanWriter {
  readonly steps: Step[] = []
  readonly answers = new Map<string, JsonValue[]>()
  readonly structured = new Set<string>()
  readonly #parameters: Parameters
  readonly #written = new Set<JsonValue>()
  #earlier: EarlierCall[] = []
  #reads = 0

  constructor(parameters: Parameters) {
    this.#parameters = parameters
  }

  get #knowledge(): Knowledge {
    return { ...this.#parameters, earlier: this.#earlier, written: this.#written }
  }

  /** Everything found so far; nothing found, a source of which nothing is known. */
  #found(into: Step[]): Expression[] {
    if (this.#earlier.length > 0) return this.#earlier.map(({ handle }) => ({ kind: 'handle', handle }))
    this.#reads += 1
    const handle = `u${String(this.#reads)}`
    into.push({ kind: 'call', handle, tool: unknownSourceTool, arguments: {} })
    return [{ kind: 'handle', handle }]
  }

  #read(question: string, answers: readonly JsonValue[], into: Step[]): Expression {
    this.#reads += 1
    const handle = `r${String(this.#reads)}`
    this.answers.set(question, [...(this.answers.get(question) ?? []), ...answers])
    into.push({ kind: 'read', handle, question, inputs: this.#found(into).slice(-32), answer: { type: 'text', limit: 20_000 } })
    return { kind: 'handle', handle }
  }

  #use(source: Source, into: Step[]): Expression {
    for (const step of source.steps) {
      const isThere = into.concat(this.steps).some((other) => 'handle' in other && 'handle' in step && other.handle === step.handle)
      if (!isThere) into.push(step)
    }
    for (const { handle, call } of this.#earlier) {
      if (JSON.stringify(source).includes(`"${handle}"`)) this.structured.add(call.function)
    }
    if (source.expression.kind === 'literal') this.#written.add(source.expression.value)
    return source.expression
  }

  #trusted(value: JsonValue, call: Call, argument: string): Source | undefined {
    return trustedSource(
      value,
      { tool: call.function, role: this.#parameters.annotations.roleOf(call.function, argument) },
      this.#knowledge,
    )
  }

  /** Lists and records part by part; every part in the planner's words, or read out of what was found. */
  #expression(value: JsonValue, { index, call, argument }: { index: number; call: Call; argument: string }, into: Step[]): Expression {
    if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => this.#expression(item, { index, call, argument }, into)) }
    if (value !== null && typeof value === 'object') {
      const fields = Object.entries(value).map(([name, inner]) => [
        name,
        /^(?:type|kind)$/.test(name) ? { kind: 'literal', value: inner } : this.#expression(inner, { index, call, argument }, into),
      ])
      return { kind: 'record', fields: Object.fromEntries(fields) as Record<string, Expression> }
    }
    const source = this.#trusted(value, call, argument)
    return source === undefined ? this.#read(questionFor(index, call, argument), [asText(value)], into) : this.#use(source, into)
  }

  #arguments(index: number, call: Call, into: Step[], given: Readonly<Record<string, Expression>> = {}): Record<string, Expression> {
    const entries = Object.entries(call.args).map(([argument, value]) => [
      argument,
      given[argument] ?? this.#expression(value, { index, call, argument }, into),
    ])
    return Object.fromEntries(entries) as Record<string, Expression>
  }

  #done(handle: string, calls: readonly Call[]): void {
    for (const call of calls) this.#earlier = [...this.#earlier.filter((one) => one.handle !== handle), this.#finished(handle, call, calls)]
  }

  #finished(handle: string, call: Call, calls: readonly Call[]): EarlierCall {
    return { handle, call, output: calls.length === 1 ? this.#parameters.outputOf(call) : undefined }
  }

  one(index: number, call: Call): void {
    const handle = `c${String(index)}`
    const values = this.#arguments(index, call, this.steps)
    this.steps.push({ kind: 'call', handle, tool: call.function, arguments: values })
    this.#done(handle, [call])
  }

  /** The one argument, in a role that must be trusted, by which these calls differ and which must be read out of what was found. */
  #varying(calls: readonly Call[]): string | undefined {
    const [first] = calls
    if (first === undefined) return undefined
    const doubtful = Object.keys(first.args).filter((argument) => {
      const role = this.#parameters.annotations.roleOf(first.function, argument)
      return (
        role !== 'content' &&
        calls.some((call) => !isScalarTrusted(call.args[argument] ?? null, (part) => this.#trusted(part, call, argument)))
      )
    })
    const [argument, ...others] = doubtful
    return argument !== undefined && others.length === 0 && calls.every((call) => single(call.args[argument] ?? null) !== undefined)
      ? argument
      : undefined
  }

  /** Calls of one tool in a row that differ in one thing found: a loop over the things found. */
  loop(index: number, calls: readonly Call[]): boolean {
    const [first] = calls
    const argument = this.#varying(calls)
    if (first === undefined || argument === undefined || calls.length < 2 || !hasSameShape(calls, argument, this.#parameters)) return false
    const data = calls.map((call) => single(call.args[argument] ?? null) ?? null)
    const question = `${questionFor(index, first, argument)} List all.`
    this.answers.set(question, [data.map(asText)])
    const [list, item, handle] = [`l${String(index)}`, `i${String(index)}`, `c${String(index)}`]
    const inputs = this.#found(this.steps).slice(-32)
    this.steps.push({ kind: 'read', handle: list, question, inputs, answer: { type: 'texts', limit: 2000, most: 50 } })
    const one: Expression = { kind: 'handle', handle: item }
    const given = { [argument]: Array.isArray(first.args[argument]) ? ({ kind: 'list', items: [one] } as const) : one }
    const inner: Step[] = []
    const values = this.#arguments(index, first, inner, given)
    for (const call of calls.slice(1)) this.#moreAnswers(index, call, Object.keys(values))
    inner.push({ kind: 'call', handle: `${handle}i`, tool: first.function, arguments: values })
    this.steps.push({ kind: 'forEach', handle, item, over: { kind: 'handle', handle: list }, limit: 50, steps: inner })
    this.#done(handle, calls)
    return true
  }

  #moreAnswers(index: number, call: Call, names: readonly string[]): void {
    for (const name of names) {
      const question = questionFor(index, call, name)
      const before = this.answers.get(question)
      if (before !== undefined) before.push(asText(call.args[name] ?? null))
    }
  }
}

function single(value: JsonValue): JsonValue | undefined {
  if (!Array.isArray(value)) return typeof value === 'object' ? undefined : value
  return value.length === 1 ? single(value[0] ?? null) : undefined
}

function isScalarTrusted(value: JsonValue, sourceOf: (part: JsonValue) => Source | undefined): boolean {
  if (Array.isArray(value)) return value.every((part) => isScalarTrusted(part, sourceOf))
  if (value !== null && typeof value === 'object') return Object.values(value).every((part) => isScalarTrusted(part, sourceOf))
  return sourceOf(value) !== undefined
}

/** Apart from the varying argument, calls of a loop may differ in content only: everything else is written once. */
function hasSameShape(calls: readonly Call[], varying: string, { annotations }: Parameters): boolean {
  const [first] = calls
  return calls.every(
    (call) =>
      first !== undefined &&
      Object.keys(call.args).join(',') === Object.keys(first.args).join(',') &&
      Object.entries(call.args).every(
        ([name, value]) =>
          name === varying || annotations.roleOf(call.function, name) === 'content' || isSameValue(value, first.args[name]),
      ),
  )
}

function runOf(calls: readonly Call[], start: number): readonly Call[] {
  const end = calls.findIndex((call, index) => index > start && call.function !== calls[start]?.function)
  return calls.slice(start, end === -1 ? undefined : end)
}

/**
 * The plan that a planner could have made from the prompt alone, given which calls are right. What the prompt says is written as it is;
 * records that it names are selected by trusted code; all else is read by the quarantined model, and is labelled so.
 */
export function standInPlan(calls: readonly Call[], parameters: Parameters): StandInPlan {
  const writer = new PlanWriter(parameters)
  let index = 0
  while (index < calls.length) {
    const run = runOf(calls, index)
    const call = calls[index]
    if (call === undefined) break
    if (writer.loop(index, run)) {
      index += run.length
    } else {
      writer.one(index, call)
      index += 1
    }
  }
  return { plan: { schemaVersion: 1, steps: writer.steps }, answers: writer.answers, structured: writer.structured }
}
