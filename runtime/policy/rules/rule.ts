import type { Action } from '../../protocol/action.ts'
import type { DecisionContext } from '../decision-context.ts'
import type { EffectRequirements, PolicyData, ToolPolicy } from '../policy-data.ts'
import type { Finding } from '../verdict.ts'

/** What a rule looks at once the action is known to be as its tool declares: nothing here can be missing. */
export interface Judged {
  readonly action: Action
  readonly context: DecisionContext
  readonly policy: PolicyData
  readonly tool: ToolPolicy
  readonly requirements: EffectRequirements
}

/** A rule objects or is silent. It never permits: that is left to all of them being silent. */
export type Rule = (judged: Judged) => readonly Finding[]

/** One finding about the named arguments, or none when there are none. */
export function about(code: Finding['code'], verdict: Finding['verdict'], names: readonly string[]): readonly Finding[] {
  return names.length === 0 ? [] : [{ code, verdict, arguments: names }]
}
