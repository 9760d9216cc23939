import { canonicalJson } from '../../../runtime/protocol/canonical-json.ts'
import type { JsonValue } from '../../../runtime/protocol/json-value.ts'
import { dataOf } from '../../../runtime/policy/data-of.ts'
import type { Call } from './evaluation-data.ts'

function shown(value: JsonValue): string {
  return typeof value === 'object' ? canonicalJson(value) : String(value)
}

/** Equal, but for numbers written as text. */
export function isSameValue(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return shown(left ?? null) === shown(right ?? null)
}

/** Are two calls the same, but for arguments that say nothing? `only` narrows the comparison to some arguments. */
export function isSameCall(left: Call, right: Call, only: (argument: string) => boolean = () => true): boolean {
  const names = new Set([...Object.keys(left.args), ...Object.keys(right.args)].filter(only))
  const isAbsent = (value: JsonValue | undefined): boolean => dataOf(value ?? null).length === 0
  return (
    left.function === right.function &&
    [...names].every((name) => {
      const [first, second] = [left.args[name], right.args[name]]
      return isSameValue(first, second) || (isAbsent(first) && isAbsent(second))
    })
  )
}
