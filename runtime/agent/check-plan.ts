import { type Expression, type Plan, planStepLimit, type Step } from './plan.ts'

/** What is wrong with a plan, for the planner: trusted text, since a plan made of trusted words holds nothing else. */
export interface PlanFault {
  readonly code: 'unknown-tool' | 'unknown-argument' | 'unknown-handle' | 'repeated-handle' | 'too-many-steps'
  readonly what: string
}

/** The tools that a plan may name, with their arguments' names. */
export type ToolNames = ReadonlyMap<string, readonly string[]>

function handlesIn(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'literal':
      return []
    case 'handle':
      return [expression.handle]
    case 'list':
      return expression.items.flatMap(handlesIn)
    case 'record':
      return Object.values(expression.fields).flatMap(handlesIn)
    case 'text':
      return expression.parts.flatMap(handlesIn)
    default:
      return expression satisfies never
  }
}

function expressionsOf(step: Step): readonly Expression[] {
  switch (step.kind) {
    case 'call':
      return Object.values(step.arguments)
    case 'read':
      return step.inputs
    case 'select':
      return step.by.way === 'equals' ? [step.from, step.by.value] : [step.from]
    case 'answer':
      return step.parts
    case 'forEach':
      return [step.over]
    case 'if':
      return [step.condition]
    default:
      return step satisfies never
  }
}

class PlanCheck {
  readonly faults: PlanFault[] = []
  readonly #tools: ToolNames
  readonly #given = new Set<string>()
  #steps = 0

  constructor(tools: ToolNames) {
    this.#tools = tools
  }

  /** Handles given inside a branch or a loop are known inside it only: it may not have run. */
  check(steps: readonly Step[], outer: ReadonlySet<string>): void {
    const known = new Set(outer)
    for (const step of steps) {
      this.#count(step)
      for (const handle of expressionsOf(step).flatMap(handlesIn)) {
        if (!known.has(handle)) this.faults.push({ code: 'unknown-handle', what: handle })
      }
      if (step.kind === 'call') this.#call(step.tool, Object.keys(step.arguments))
      if (step.kind === 'forEach') this.check(step.steps, new Set([...known, this.#give(step.item)]))
      if (step.kind === 'if') {
        this.check(step.steps, known)
        this.check(step.otherwise, known)
      }
      if ('handle' in step) known.add(this.#give(step.handle))
    }
  }

  #count(step: Step): void {
    this.#steps += 1
    if (this.#steps === planStepLimit + 1) this.faults.push({ code: 'too-many-steps', what: step.kind })
  }

  #give(handle: string): string {
    if (this.#given.has(handle)) this.faults.push({ code: 'repeated-handle', what: handle })
    this.#given.add(handle)
    return handle
  }

  #call(tool: string, names: readonly string[]): void {
    const declared = this.#tools.get(tool)
    if (declared === undefined) {
      this.faults.push({ code: 'unknown-tool', what: tool })
      return
    }
    for (const name of names.filter((given) => !declared.includes(given)))
      this.faults.push({ code: 'unknown-argument', what: `${tool}.${name}` })
  }
}

/** Everything about a plan that can be told before it runs. An empty list: it may be run. */
export function checkPlan(plan: Plan, tools: ToolNames): readonly PlanFault[] {
  const check = new PlanCheck(tools)
  check.check(plan.steps, new Set())
  return check.faults
}
