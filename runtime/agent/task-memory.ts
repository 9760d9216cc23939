import type { Effect, ArgumentRole } from '../protocol/action.ts'
import type { JsonValue } from '../protocol/json-value.ts'
import type { DecisionContext } from '../policy/decision-context.ts'
import { emptyContext } from '../policy/decision-context.ts'
import { endorsementKey } from '../policy/endorsement-key.ts'
import type { Value } from './value.ts'

/** What happened before this task that counts: calls of today, questions of the last hour. */
export interface Spent {
  readonly day: DecisionContext['spent']['day']
  readonly questionsInHour: number
}

/** What one task remembers while it runs: values by handle, what it spent, asked and was trusted with. Holds no secret. */
export class TaskMemory {
  readonly #values = new Map<string, Value>()
  readonly #reply: Value[] = []
  #context: DecisionContext
  #steeringBits = 0
  #stepsDone = 0

  constructor(spent: Spent = { day: {}, questionsInHour: 0 }) {
    this.#context = {
      ...emptyContext,
      spent: { task: {}, day: spent.day },
      questions: { task: 0, hour: spent.questionsInHour },
    }
  }

  get values(): ReadonlyMap<string, Value> {
    return this.#values
  }

  get context(): DecisionContext {
    return this.#context
  }

  get reply(): readonly Value[] {
    return this.#reply
  }

  get steeringBits(): number {
    return this.#steeringBits
  }

  get stepsDone(): number {
    return this.#stepsDone
  }

  set(handle: string, value: Value): void {
    this.#values.set(handle, value)
  }

  say(parts: readonly Value[]): void {
    this.#reply.push(...parts)
  }

  steer(bits: number): void {
    this.#steeringBits += bits
  }

  step(): void {
    this.#stepsDone += 1
  }

  /** One more question was put to a person. */
  asked(): void {
    const { task, hour } = this.#context.questions
    this.#context = { ...this.#context, questions: { task: task + 1, hour: hour + 1 } }
  }

  /** One more call of an effect is about to run. */
  spend(effect: Effect): void {
    const { task, day } = this.#context.spent
    this.#context = {
      ...this.#context,
      spent: { task: { ...task, [effect]: (task[effect] ?? 0) + 1 }, day: { ...day, [effect]: (day[effect] ?? 0) + 1 } },
    }
  }

  /** A person trusts these data in this role for the rest of the task. */
  endorse(role: ArgumentRole, data: readonly JsonValue[]): void {
    this.#context = withEndorsed(this.#context, role, data)
  }
}

/** The context as it would be if a person trusted these data in this role. */
export function withEndorsed(context: DecisionContext, role: ArgumentRole, data: readonly JsonValue[]): DecisionContext {
  return { ...context, endorsed: [...context.endorsed, ...data.map((datum) => endorsementKey(role, datum))] }
}
