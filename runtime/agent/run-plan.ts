import { canonicalJson } from '../protocol/canonical-json.ts'
import type { Label } from '../protocol/label.ts'
import { joinAll, joinLabels, unknownLabel } from '../policy/label-lattice.ts'
import { answerSchemaOf, bitsOf } from './answer-type.ts'
import { evaluateExpression } from './evaluate-expression.ts'
import type { ExecutorLimits, ExecutorPorts } from './executor-ports.ts'
import type { AnswerStep, CallStep, Expression, ForEachStep, IfStep, Plan, ReadStep, SelectStep, Step } from './plan.ts'
import { type CallOutcome, type Frame, runCall } from './run-call.ts'
import { selectRecord } from './select-record.ts'
import { TaskMemory } from './task-memory.ts'
import { plainValue, type Value } from './value.ts'

/** Why a run ended early: a code of ours, and the handle of the step where it did. */
export interface Stop {
  readonly code: string
  readonly at: string
}

/** What a run did: every call with its outcome, the reply's parts with their labels, and where it stopped, if it did. */
export interface RunReport {
  readonly calls: readonly CallOutcome[]
  readonly reply: readonly Value[]
  readonly values: ReadonlyMap<string, Value>
  readonly stopped?: Stop
}

/** What a run is given besides its plan. */
export interface RunOptions {
  readonly ports: ExecutorPorts
  readonly limits: ExecutorLimits
  readonly memory?: TaskMemory
}

/** Thrown inside a run only, and caught at its top: nested steps end together. */
class Stopped extends Error {
  readonly stop: Stop

  constructor(stop: Stop) {
    super(`the plan stopped at ${stop.at}: ${stop.code}`)
    this.stop = stop
  }
}

class PlanRun {
  readonly calls: CallOutcome[] = []
  readonly memory: TaskMemory
  readonly #ports: ExecutorPorts
  readonly #limits: ExecutorLimits

  constructor({ ports, limits, memory }: RunOptions) {
    this.memory = memory ?? new TaskMemory()
    this.#ports = ports
    this.#limits = limits
  }

  async steps(steps: readonly Step[], frame: Frame): Promise<void> {
    for (const step of steps) await this.#step(step, frame)
  }

  async #step(step: Step, frame: Frame): Promise<void> {
    const at = 'handle' in step ? step.handle : step.kind
    if (this.#ports.signal.aborted) throw new Stopped({ code: 'cancelled', at })
    if (this.memory.stepsDone >= this.#limits.steps) throw new Stopped({ code: 'too-many-steps', at })
    this.memory.step()
    switch (step.kind) {
      case 'call':
        return this.#call(step, frame)
      case 'read':
        return this.#read(step, frame)
      case 'select':
        return this.#select(step, frame)
      case 'answer':
        return this.#answer(step, frame)
      case 'forEach':
        return this.#forEach(step, frame)
      case 'if':
        return this.#if(step, frame)
      default:
        return step satisfies never
    }
  }

  #value(expression: Expression, frame: Frame): Value {
    return evaluateExpression(expression, { values: this.memory.values, words: frame.words })
  }

  async #call(step: CallStep, frame: Frame): Promise<void> {
    const outcome = await runCall(step, this.memory, frame, this.#ports)
    this.calls.push(outcome)
    if (outcome.state === 'done') {
      this.memory.set(step.handle, outcome.value)
      return
    }
    if (this.#limits.afterRefusal === 'stop') {
      throw new Stopped({ code: outcome.state === 'refused' ? outcome.verdict.code : outcome.code, at: step.handle })
    }
    this.memory.set(step.handle, plainValue(null, unknownLabel(`step:${step.handle}`)))
  }

  async #read(step: ReadStep, frame: Frame): Promise<void> {
    const inputs = step.inputs.map((input) => this.#value(input, frame))
    const given = await this.#ports.reader.read({ question: step.question, inputs: inputs.map(({ data }) => data), answer: step.answer })
    const parsed = answerSchemaOf(step.answer).safeParse(given)
    if (!parsed.success) throw new Stopped({ code: 'answer-out-of-form', at: step.handle })
    const label = joinAll([frame.words, frame.control, ...inputs.map((input) => input.label)])
    const bits = bitsOf(step.answer)
    this.memory.set(step.handle, { ...plainValue(parsed.data, label), ...(bits === undefined ? {} : { bits }) })
  }

  async #select(step: SelectStep, frame: Frame): Promise<void> {
    const from = this.#value(step.from, frame)
    const wanted = step.by.way === 'equals' ? this.#value(step.by.value, frame) : plainValue(null, frame.words)
    const found = selectRecord(step.by, from, wanted)
    if (found.state === 'failed') throw new Stopped({ code: found.code, at: step.handle })
    const basis = frame.control.integrity === 'trusted' ? found.value.basis : 'untrusted'
    this.memory.set(step.handle, { ...found.value, label: joinAll([found.value.label, frame.control, frame.words]), basis })
  }

  async #answer(step: AnswerStep, frame: Frame): Promise<void> {
    const parts = step.parts.map((part) => this.#value(part, frame))
    this.memory.say(parts.map((part) => ({ ...part, label: joinLabels(part.label, frame.control) })))
  }

  /** A choice that untrusted data makes: paid in bits while they last, then what it decides takes its label. */
  #steered(frame: Frame, label: Label, bits: number | undefined): Frame {
    if (label.integrity === 'trusted') return frame
    if (bits !== undefined) this.memory.steer(bits)
    const isPaid = bits !== undefined && this.memory.steeringBits <= this.#limits.steeringBits
    return isPaid ? frame : { ...frame, control: joinLabels(frame.control, label) }
  }

  async #forEach(step: ForEachStep, frame: Frame): Promise<void> {
    const over = this.#value(step.over, frame)
    if (!Array.isArray(over.data)) throw new Stopped({ code: 'not-a-list', at: step.handle })
    const values = over.data.slice(0, step.limit).map((data) => ({ ...over, data }))
    const inside = { ...this.#steered(frame, over.label, Math.log2(step.limit + 1)), loop: { item: step.item, values } }
    const last = step.steps.findLast((inner) => 'handle' in inner)
    const gathered: Value[] = []
    for (const value of values) {
      this.memory.set(step.item, value)
      await this.steps(step.steps, inside)
      const result = last === undefined ? undefined : this.memory.values.get(last.handle)
      gathered.push(result ?? value)
    }
    const labels = [over.label, inside.control, ...gathered.map(({ label }) => label)]
    this.memory.set(
      step.handle,
      plainValue(
        gathered.map(({ data }) => data),
        joinAll(labels),
      ),
    )
  }

  async #if(step: IfStep, frame: Frame): Promise<void> {
    const condition = this.#value(step.condition, frame)
    const holds = canonicalJson(condition.data) === canonicalJson(step.equals)
    await this.steps(holds ? step.steps : step.otherwise, this.#steered(frame, condition.label, condition.bits))
  }
}

/**
 * Runs a plan. `words` is the label of the planner's own words: the join of everything that was in its prompt.
 *
 * Never throws for what tools, readers or people do; throws when the audit log cannot be written, or the plan names a handle that no
 * step gave (`checkPlan` finds that before).
 */
export async function runPlan(plan: Plan, words: Label, options: RunOptions): Promise<RunReport> {
  const run = new PlanRun(options)
  const report = (): RunReport => ({ calls: run.calls, reply: run.memory.reply, values: run.memory.values })
  try {
    await run.steps(plan.steps, { control: words, words })
    return report()
  } catch (error) {
    if (error instanceof Stopped) return { ...report(), stopped: error.stop }
    throw error
  }
}
