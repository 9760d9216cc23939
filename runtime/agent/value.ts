import { joinAll } from '../policy/label-lattice.ts'
import type { JsonValue } from '../protocol/json-value.ts'
import type { Integrity, Label } from '../protocol/label.ts'

/**
 * Data with what is known of it.
 *
 * `basis` says who decided which record this is (its request, not its content); `assigned` names the record's fields that only the
 * system writes, so that such a field is as trustworthy as the basis. `bits`: most bits of information, for answers of a bounded form.
 */
export interface Value {
  readonly data: JsonValue
  readonly label: Label
  readonly basis: Integrity
  readonly assigned: readonly string[]
  readonly bits?: number
}

/** A value of which nothing is known but its label. */
export function plainValue(data: JsonValue, label: Label): Value {
  return { data, label, basis: label.integrity, assigned: [] }
}

/** Data made from others: the join of all their labels. */
export function derivedValue(data: JsonValue, from: readonly Value[]): Value {
  return plainValue(data, joinAll(from.map(({ label }) => label)))
}
