import type { Action, ActionArgument, ArgumentRole, Effect } from '../../../runtime/protocol/action.ts'
import type { JsonValue } from '../../../runtime/protocol/json-value.ts'
import type { Label } from '../../../runtime/protocol/label.ts'
import { defaultPolicy } from '../../../runtime/policy/default-policy.ts'
import type { PolicyData, ToolPolicy } from '../../../runtime/policy/policy-data.ts'

export const trusted: Label = { integrity: 'trusted', sensitivity: 'internal', readers: 'all', sources: ['talk:1'] }
export const untrusted: Label = { integrity: 'untrusted', sensitivity: 'internal', readers: 'all', sources: ['file:1'] }

/** One argument of an example; trusted unless said otherwise. */
export function argument(name: string, role: ArgumentRole, value: JsonValue, label: Label = trusted): ActionArgument {
  return { name, role, value, label }
}

/** An action of the tool `example`, decided by trusted text. */
export function action(effect: Effect, arguments_: readonly ActionArgument[], more: Partial<Action> = {}): Action {
  return { schemaVersion: 1, tool: 'example', effect, control: trusted, arguments: [...arguments_], ...more }
}

/** The default policy with `example` declared as the action uses it. */
export function policyFor(judged: Action, more: Partial<ToolPolicy> = {}, changes: Partial<PolicyData> = {}): PolicyData {
  const declared = Object.fromEntries(judged.arguments.map(({ name, role }) => [name, role]))
  return { ...defaultPolicy, tools: { example: { effect: judged.effect, arguments: declared, ...more } }, ...changes }
}
