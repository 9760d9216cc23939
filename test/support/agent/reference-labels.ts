import type { Expression, Plan, Step } from '../../../runtime/agent/plan.ts'
import type { JsonValue } from '../../../runtime/protocol/json-value.ts'
import type { Label } from '../../../runtime/protocol/label.ts'

/**
 * A second way to compute labels, with nothing of the executor's: it follows which origins flow into each value, and works a label out
 * of the set of origins only at the end. `deciders` are the origins that chose which record a value is.
 */
export interface Flow {
  readonly data: JsonValue
  readonly origins: ReadonlySet<string>
  readonly deciders: ReadonlySet<string>
  readonly fixed: readonly string[]
  readonly bits?: number
}

/** What the reference is told of the world: labels of the origins, tools' answers, readers' answers, and the bits that may steer. */
export interface ReferenceWorld {
  readonly labels: ReadonlyMap<string, Label>
  readonly answers: ReadonlyMap<string, { readonly data: JsonValue; readonly fixed: readonly string[]; readonly effect: 'read' | 'write' }>
  readonly readings: Readonly<Record<string, JsonValue>>
  readonly steeringBits: number
}

const ranks = ['public', 'internal', 'sensitive'] as const
export const wordsOrigin = 'words'

/** The label of a set of origins, from its definition. */
export function labelOf(origins: ReadonlySet<string>, world: ReferenceWorld): Label {
  const labels = [...origins].map((origin) => world.labels.get(origin)!)
  const lists = labels.map(({ readers }) => readers).filter((readers) => readers !== 'all')
  const everybody = [...new Set(lists.flat())].filter((reader) => lists.every((list) => list.includes(reader)))
  return {
    integrity: labels.some(({ integrity }) => integrity === 'untrusted') ? 'untrusted' : 'trusted',
    sensitivity: ranks[Math.max(0, ...labels.map(({ sensitivity }) => ranks.indexOf(sensitivity)))]!,
    readers: lists.length === 0 ? 'all' : everybody.sort(),
    sources: [...new Set(labels.flatMap(({ sources }) => sources))].sort(),
  }
}

const union = (...sets: ReadonlySet<string>[]): ReadonlySet<string> => new Set(sets.flatMap((set) => [...set]))

function isBad(origins: ReadonlySet<string>, world: ReferenceWorld): boolean {
  return [...origins].some((origin) => world.labels.get(origin)!.integrity === 'untrusted')
}

function plain(data: JsonValue, origins: ReadonlySet<string>): Flow {
  return { data, origins, deciders: origins, fixed: [] }
}

const isObject = (data: JsonValue): data is Record<string, JsonValue> => typeof data === 'object' && data !== null && !Array.isArray(data)
const dig = (data: JsonValue, field: string): JsonValue =>
  Array.isArray(data) ? data.map((item) => dig(item, field)) : isObject(data) ? (data[field] ?? null) : null
const shown = (data: JsonValue): string => (typeof data === 'string' ? data : JSON.stringify(data))

class Ended extends Error {}

/** Flows by handle, and the labels of the calls' control, in order. */
export class Reference {
  readonly flows = new Map<string, Flow>()
  readonly controls: Label[] = []
  readonly #world: ReferenceWorld
  #bits = 0

  constructor(plan: Plan, world: ReferenceWorld) {
    this.#world = world
    try {
      this.#steps(plan.steps, new Set([wordsOrigin]))
    } catch (error) {
      if (!(error instanceof Ended)) throw error
    }
  }

  /** The label of a handle's value. A record's fixed field has the integrity of its deciders instead. */
  label(flow: Flow): Label {
    return labelOf(flow.origins, this.#world)
  }

  #value(expression: Expression): Flow {
    if (expression.kind === 'literal') return plain(expression.value, new Set([wordsOrigin]))
    if (expression.kind === 'handle') return this.#handle(expression.handle, expression.path ?? [])
    const parts =
      expression.kind === 'list' ? expression.items : expression.kind === 'text' ? expression.parts : Object.values(expression.fields)
    const flows = parts.map((part) => this.#value(part))
    const data = flows.map((flow) => flow.data)
    const origins = union(new Set([wordsOrigin]), ...flows.map((flow) => flow.origins))
    if (expression.kind === 'list') return plain(data, origins)
    return plain(expression.kind === 'text' ? data.map(shown).join('') : { f: data[0]! }, origins)
  }

  #handle(name: string, path: readonly string[]): Flow {
    const flow = this.flows.get(name)!
    if (path.length === 0) return flow
    const data = path.reduce(dig, flow.data)
    const isFixed = path.length === 1 && isObject(flow.data) && flow.fixed.includes(path[0]!)
    if (!isFixed || isBad(flow.deciders, this.#world) || !isBad(flow.origins, this.#world)) return plain(data, flow.origins)
    return plain(data, this.#vouched(flow.origins))
  }

  /** The same origins, each as if it were trusted: told apart by a name, so that the end result needs no other rule. */
  #vouched(origins: ReadonlySet<string>): ReadonlySet<string> {
    return new Set([...origins].map((origin) => (origin.startsWith('trusted ') ? origin : `trusted ${origin}`)))
  }

  #steps(steps: readonly Step[], control: ReadonlySet<string>): void {
    for (const step of steps) this.#step(step, control)
  }

  #step(step: Step, control: ReadonlySet<string>): void {
    if (step.kind === 'call') this.#call(step, control)
    if (step.kind === 'read') {
      const origins = union(control, new Set([wordsOrigin]), ...step.inputs.map((input) => this.#value(input).origins))
      const sizes = { boolean: 2, choice: 4, number: 8, text: 0, texts: 0 }
      const size = sizes[step.answer.type]
      this.flows.set(step.handle, {
        ...plain(this.#world.readings[step.answer.type]!, origins),
        ...(size === 0 ? {} : { bits: Math.log2(size) }),
      })
    }
    if (step.kind === 'select') this.#select(step, control)
    if (step.kind === 'forEach') this.#loop(step, control)
    if (step.kind === 'if') {
      const condition = this.#value(step.condition)
      const inside = this.#steered(condition, condition.bits, control)
      this.#steps(JSON.stringify(condition.data) === JSON.stringify(step.equals) ? step.steps : step.otherwise, inside)
    }
  }

  #call(step: Step & { kind: 'call' }, control: ReadonlySet<string>): void {
    const { data, fixed, effect } = this.#world.answers.get(step.tool)!
    const [q, c] = [this.#value(step.arguments.q!), this.#value(step.arguments.c!)]
    this.controls.push(labelOf(control, this.#world))
    if (effect === 'write' && isBad(control, this.#world)) {
      this.flows.set(step.handle, plain(null, new Set([`unknown ${step.handle}`])))
      return
    }
    const origins = union(control, q.origins, c.origins, new Set([step.tool]))
    this.flows.set(step.handle, { data, origins, deciders: union(control, q.origins, effect === 'read' ? c.origins : new Set()), fixed })
  }

  #select(step: Step & { kind: 'select' }, control: ReadonlySet<string>): void {
    const from = this.#value(step.from)
    const rows = (Array.isArray(from.data) ? from.data : [from.data]).filter(isObject).filter((row) => step.by.field in row)
    const words = new Set([wordsOrigin])
    if (step.by.way === 'extreme') {
      const { field } = step.by
      const best = rows.toSorted((a, b) => (shown(b[field]!) > shown(a[field]!) ? 1 : -1))[0]
      if (best === undefined) throw new Ended()
      const deciders = union(control, from.fixed.includes(field) ? from.deciders : from.origins)
      this.flows.set(step.handle, { data: best, origins: union(from.origins, control, words), deciders, fixed: from.fixed })
      return
    }
    const { field } = step.by
    const wanted = this.#value(step.by.value)
    const found = rows.filter((row) => row[field] === wanted.data)
    if (found.length !== 1) throw new Ended()
    const origins = union(from.origins, wanted.origins, control, words)
    this.flows.set(step.handle, { data: found[0]!, origins, deciders: union(control, from.deciders, wanted.origins), fixed: from.fixed })
  }

  #steered(by: Flow, bits: number | undefined, control: ReadonlySet<string>): ReadonlySet<string> {
    if (!isBad(by.origins, this.#world)) return control
    this.#bits += bits ?? 0
    return bits !== undefined && this.#bits <= this.#world.steeringBits ? control : union(control, by.origins)
  }

  #loop(step: Step & { kind: 'forEach' }, control: ReadonlySet<string>): void {
    const over = this.#value(step.over)
    if (!Array.isArray(over.data)) throw new Ended()
    const inside = this.#steered(over, Math.log2(step.limit + 1), control)
    const last = step.steps.findLast((inner) => 'handle' in inner)
    const gathered = over.data.slice(0, step.limit).map((data) => {
      const item: Flow = { data, origins: over.origins, deciders: over.deciders, fixed: over.fixed }
      this.flows.set(step.item, item)
      this.#steps(step.steps, inside)
      return (last === undefined ? undefined : this.flows.get(last.handle)) ?? item
    })
    const origins = union(over.origins, inside, ...gathered.map((flow) => flow.origins))
    this.flows.set(
      step.handle,
      plain(
        gathered.map(({ data }) => data),
        origins,
      ),
    )
  }
}
