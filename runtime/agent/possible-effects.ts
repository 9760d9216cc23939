import type { Effect } from '../protocol/action.ts'
import type { Tool } from '../tools/tool.ts'
import type { Plan, Step } from './plan.ts'

function callsIn(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => {
    if (step.kind === 'call') return [step.tool]
    if (step.kind === 'forEach') return callsIn(step.steps)
    return step.kind === 'if' ? [...callsIn(step.steps), ...callsIn(step.otherwise)] : []
  })
}

/** Every tool and effect that a plan can come to, whatever is read while it runs. Sorted. */
export function possibleEffects(plan: Plan, tools: ReadonlyMap<string, Tool>): readonly string[] {
  const effects = callsIn(plan.steps).map((name) => {
    const effect: Effect | undefined = tools.get(name)?.declaration.effect
    return `${name} ${effect ?? 'denied'}`
  })
  return [...new Set(effects)].sort()
}
