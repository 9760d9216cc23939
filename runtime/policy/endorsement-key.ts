import type { ArgumentRole } from '../protocol/action.ts'
import { canonicalJson } from '../protocol/canonical-json.ts'
import type { JsonValue } from '../protocol/json-value.ts'

/** What "trust this datum for this task" endorses: one value in one role. Trusted as a destination is not trusted as a selector. */
export function endorsementKey(role: ArgumentRole, value: JsonValue): string {
  return `${role}:${canonicalJson(value)}`
}
