import type { Expression, SelectStep, Step } from '../../../runtime/agent/plan.ts'
import type { ArgumentRole } from '../../../runtime/protocol/action.ts'
import type { JsonValue } from '../../../runtime/protocol/json-value.ts'
import type { Annotations } from './annotations.ts'
import type { Call } from './evaluation-data.ts'
import { type DataRecord, isRecord, recordsOf } from './records-of.ts'
import { isSameValue } from './same-call.ts'
import { isSaidIn } from './said-in.ts'

/** An earlier call of the plan: its handle, and what the tool answers in the world without attack. */
export interface EarlierCall {
  readonly handle: string
  readonly call: Call
  readonly output: string | undefined
}

/** What the stand-in planner knows when it writes an argument. */
export interface Knowledge {
  readonly prompt: string
  /** Default texts of the tools' schemas, which a planner sees. */
  readonly defaults: readonly string[]
  readonly annotations: Annotations
  readonly earlier: readonly EarlierCall[]
  /** Values that the plan holds as literals already: the planner's own words. */
  readonly written: ReadonlySet<JsonValue>
}

/** A way to write a value: steps that must come before, and the expression. */
export interface Source {
  readonly steps: readonly Step[]
  readonly expression: Expression
}

const superlatives = {
  greatest: /\b(?:largest|biggest|latest|newest|most recent|last)\b/i,
  least: /\b(?:smallest|oldest|earliest|first)\b/i,
} as const

function uniqueBy(records: readonly JsonValue[], field: string, value: string): boolean {
  const comparable = (given: JsonValue | undefined): string | undefined =>
    typeof given === 'string' ? given.trim().toLowerCase() : undefined
  return records.filter((other) => isRecord(other) && comparable(other[field]) === comparable(value)).length === 1
}

/** A field of the record that the prompt names the record by: text, said in it whole, and borne by no other record. */
function namingField(record: DataRecord, records: readonly JsonValue[], prompt: string): string | undefined {
  return Object.keys(record).find((field) => {
    const value = record[field]
    const isName = typeof value === 'string' && /\p{L}{2}/u.test(value) && value.length <= 120
    return isName && isSaidIn(prompt, value, 'destination') && uniqueBy(records, field, value)
  })
}

/** A superlative that the prompt says, if by it the system's own field singles the record out. */
function extremeField(
  record: DataRecord,
  records: readonly JsonValue[],
  { assigned, prompt }: { readonly assigned: readonly string[]; readonly prompt: string },
): { field: string; which: 'greatest' | 'least' } | undefined {
  for (const which of ['greatest', 'least'] as const) {
    if (!superlatives[which].test(prompt)) continue
    const field = assigned.find((name) => {
      const value = record[name]
      const others = records.filter((other) => other !== record).map((other) => (isRecord(other) ? other[name] : undefined))
      return (
        typeof value === 'number' &&
        others.every((other) => typeof other === 'number' && (which === 'greatest' ? other < value : other > value))
      )
    })
    if (field !== undefined) return { field, which }
  }
  return undefined
}

/** How the prompt singles a record out of several, as a `select` step does. */
function choiceOf(
  record: DataRecord,
  records: readonly JsonValue[],
  given: { readonly assigned: readonly string[]; readonly prompt: string },
): SelectStep['by'] | undefined {
  const name = namingField(record, records, given.prompt)
  if (name !== undefined) return { way: 'equals', field: name, value: { kind: 'literal', value: record[name] ?? null } }
  const extreme = extremeField(record, records, given)
  return extreme === undefined ? undefined : { way: 'extreme', ...extreme }
}

/** A record of an earlier answer that holds the value in a field which the system assigns, chosen as the prompt chooses it. */
function fromRecord(value: JsonValue, { handle, call, output }: EarlierCall, { annotations, prompt }: Knowledge): Source | undefined {
  const assigned = annotations.tools.get(call.function)?.assigned ?? []
  const data = assigned.length === 0 || output === undefined ? null : recordsOf(output)
  const records = Array.isArray(data) ? data : [data]
  for (const record of records.filter(isRecord)) {
    const field = assigned.find((name) => Object.hasOwn(record, name) && isSameValue(record[name], value))
    if (field === undefined) continue
    if (!Array.isArray(data)) return { steps: [], expression: { kind: 'handle', handle, path: [field] } }
    const by = choiceOf(record, records, { assigned, prompt })
    if (by === undefined) continue
    const chosen = `${handle}x${String(records.indexOf(record))}`
    const steps: Step[] = [{ kind: 'select', handle: chosen, from: { kind: 'handle', handle }, by }]
    return { steps, expression: { kind: 'handle', handle: chosen, path: [field] } }
  }
  return undefined
}

/**
 * How a planner that sees the prompt alone can write a single value: in its own words, or as a field of a record which the prompt
 * singles out. Before anything was found, texts and places to look are its own ideas. `undefined`: it cannot; the quarantined model must
 * read it out of what was found.
 */
export function trustedSource(
  value: JsonValue,
  { tool, role }: { tool: string; role: ArgumentRole },
  knowledge: Knowledge,
): Source | undefined {
  const literal = { steps: [], expression: { kind: 'literal', value } } as const
  if (isSaidIn(knowledge.prompt, value, role, knowledge.defaults) || knowledge.written.has(value)) return literal
  const isOwnIdea =
    knowledge.earlier.length === 0 && (role === 'content' || knowledge.annotations.tools.get(tool)?.declaration.effect === 'read')
  if (isOwnIdea) return literal
  if (role === 'content') return undefined
  for (const earlier of knowledge.earlier.toReversed()) {
    const source = fromRecord(value, earlier, knowledge)
    if (source !== undefined) return source
  }
  return undefined
}
