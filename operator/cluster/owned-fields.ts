import type { KubernetesObject } from './kubernetes-object.ts'

/**
 * The part of an object that one field manager owns by server-side apply, as `metadata.managedFields` tells: exactly what was
 * applied, where nobody has changed it since. A field somebody else took over or removed is missing here, and fields that defaults,
 * webhooks or third parties added never show. Without such an entry: undefined.
 *
 * Format: https://kubernetes.io/docs/reference/using-api/server-side-apply/ and structured-merge-diff's `fieldpath` serialization:
 * `f:<name>` is a field, `k:<keys>` an item of a list by its keys, `v:<value>` an item of a set, `.` the item itself, and an empty
 * object a leaf (atomic lists and maps are leaves).
 */
export function ownedFields(object: KubernetesObject, manager: string): Readonly<Record<string, unknown>> | undefined {
  const entry = object.metadata.managedFields?.find(
    (candidate) => candidate.manager === manager && candidate.operation === 'Apply' && (candidate.subresource ?? '') === '',
  )
  if (entry?.fieldsV1 === undefined) return undefined
  const owned = select(object, entry.fieldsV1)
  return isMap(owned) ? owned : {}
}

type Fields = Readonly<Record<string, unknown>>

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function select(value: unknown, fields: Fields): unknown {
  const names = Object.keys(fields).filter((name) => name !== '.')
  if (names.length === 0) return value
  if (Array.isArray(value)) return selectItems(value, fields, names)
  if (!isMap(value)) return value
  const result: Record<string, unknown> = {}
  for (const name of names) {
    if (!name.startsWith('f:')) continue
    const field = name.slice(2)
    if (Object.hasOwn(value, field)) result[field] = select(value[field], fieldsAt(fields, name))
  }
  return result
}

const fieldsAt = (fields: Fields, name: string): Fields => {
  const inner = fields[name]
  return isMap(inner) ? inner : {}
}

/** Items in the order of the stored list. */
function selectItems(items: readonly unknown[], fields: Fields, names: readonly string[]): readonly unknown[] {
  const paths = names.map((name) => ({ name, kind: name.slice(0, 2), key: parseKey(name.slice(2)) }))
  const result: unknown[] = []
  items.forEach((item, index) => {
    const path = paths.find(({ kind, key }) => matches(item, index, kind, key))
    if (path !== undefined) result.push(path.kind === 'v:' ? item : select(item, fieldsAt(fields, path.name)))
  })
  return result
}

function parseKey(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function matches(item: unknown, index: number, kind: string, key: unknown): boolean {
  if (kind === 'v:') return item === key
  if (kind === 'i:') return index === key
  if (kind !== 'k:' || !isMap(item) || !isMap(key)) return false
  return Object.entries(key).every(([field, value]) => item[field] === value)
}
