import type { Action, ArgumentRole, Effect } from '../../../runtime/protocol/action.ts'
import type { JsonValue } from '../../../runtime/protocol/json-value.ts'
import type { Label } from '../../../runtime/protocol/label.ts'

export const trusted: Label = { integrity: 'trusted', sensitivity: 'public', readers: 'all', sources: ['the operator'] }
export const untrusted: Label = { integrity: 'untrusted', sensitivity: 'public', readers: 'all', sources: ['mail of mallory'] }

type Given = readonly [name: string, role: ArgumentRole, value: JsonValue, label?: Label]

/** An action of the test policy's tools. */
export function actionOf(tool: string, effect: Effect, given: readonly Given[], more: Partial<Action> = {}): Action {
  const args = given.map(([name, role, value, label = trusted]) => ({ name, role, value, label }))
  return { schemaVersion: 1, tool, effect, control: trusted, arguments: args, ...more }
}
