import type { JsonValue } from '../protocol/json-value.ts'

function isAbsent(value: JsonValue): boolean {
  return value === null || value === ''
}

/** The single data in an argument's value: a list's items, else the value itself. Nothing (`null`, empty text, empty list) has none. */
export function dataOf(value: JsonValue): readonly JsonValue[] {
  return (Array.isArray(value) ? value : [value]).filter((datum) => !isAbsent(datum))
}
