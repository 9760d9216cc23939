import type { JsonValue } from '../protocol/json-value.ts'
import type { Label } from '../protocol/label.ts'
import type { Expression } from './plan.ts'
import { derivedValue, plainValue, type Value } from './value.ts'

/** What expressions may refer to: handles of the steps done so far, and the label of whoever wrote the plan. */
export interface Scope {
  readonly values: ReadonlyMap<string, Value>
  /** Label of the planner's own words: the join of everything in its prompt. */
  readonly words: Label
}

function fieldOf(data: JsonValue, field: string): JsonValue {
  if (Array.isArray(data)) return data.map((item) => fieldOf(item, field))
  if (data === null || typeof data !== 'object') return null
  return Object.hasOwn(data, field) ? (data[field] ?? null) : null
}

function isRecord(data: JsonValue): boolean {
  return data !== null && typeof data === 'object' && !Array.isArray(data)
}

/** A field of a value. One that the system assigns is as trustworthy as what chose the record; any other as the whole. */
function pathOf(value: Value, path: readonly string[]): Value {
  const data = path.reduce(fieldOf, value.data)
  const [first, ...deeper] = path
  const isAssigned = first !== undefined && deeper.length === 0 && isRecord(value.data) && value.assigned.includes(first)
  return plainValue(data, isAssigned ? { ...value.label, integrity: value.basis } : value.label)
}

function textOf(data: JsonValue): string {
  return typeof data === 'string' ? data : JSON.stringify(data)
}

function handleValue(handle: string, path: readonly string[], { values }: Scope): Value {
  const value = values.get(handle)
  if (value === undefined) throw new Error(`evaluating the plan: the handle ${handle} has no value`)
  return path.length === 0 ? value : pathOf(value, path)
}

/** The value of an expression. What is put together has the join of its parts' labels; nothing ever lowers one. */
export function evaluateExpression(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'literal':
      return plainValue(expression.value, scope.words)
    case 'handle':
      return handleValue(expression.handle, expression.path ?? [], scope)
    case 'list': {
      const items = expression.items.map((item) => evaluateExpression(item, scope))
      return derivedValue(
        items.map(({ data }) => data),
        [...items, plainValue(null, scope.words)],
      )
    }
    case 'record': {
      const fields = Object.entries(expression.fields).map(([name, inner]) => [name, evaluateExpression(inner, scope)] as const)
      const data = Object.fromEntries(fields.map(([name, { data }]) => [name, data]))
      return derivedValue(data, [...fields.map(([, value]) => value), plainValue(null, scope.words)])
    }
    case 'text': {
      const parts = expression.parts.map((part) => evaluateExpression(part, scope))
      return derivedValue(parts.map(({ data }) => textOf(data)).join(''), [...parts, plainValue(null, scope.words)])
    }
    default:
      return expression satisfies never
  }
}
