import { isSameQuantity } from './quantity.ts'

export type JsonRecord = Readonly<Record<string, unknown>>

/** Where the stored value is not the wanted one: `spec.ports[0].port`. */
export type FieldPath = string

/** Fields whose text is an amount. */
const quantityPath = /(^|\.)(requests|limits)\.[a-z-]+$|\.memory\.guest$/

/** Lists that server-side apply merges by key: others may add items, and an apply of ours does not remove them. */
const keysOfMergedLists: Readonly<Record<string, readonly string[]>> = {
  'metadata.ownerReferences': ['uid'],
  'spec.ports': ['port', 'protocol'],
}

/**
 * Where what is stored is not as we want it, as server-side apply would see it: maps may have more than we say (defaults, what webhooks
 * filled in, others' labels), lists may not, unless they are merged by key; amounts may be spelt differently.
 */
export function fieldDifferences(desired: unknown, stored: unknown, path: FieldPath = ''): readonly FieldPath[] {
  if (Array.isArray(desired)) return listDifferences(desired, stored, path)
  if (isRecord(desired)) return recordDifferences(desired, stored, path)
  return isSameScalar(desired, stored, path) ? [] : [path]
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The item of a merged list that has the same keys. */
export function itemWithKeys(list: readonly unknown[], keys: JsonRecord): unknown {
  return list.find((item) => isRecord(item) && Object.entries(keys).every(([key, value]) => item[key] === value))
}

function isSameScalar(desired: unknown, stored: unknown, path: FieldPath): boolean {
  if (desired === stored) return true
  return quantityPath.test(path) && isAmount(desired) && isAmount(stored) && isSameQuantity(desired, stored)
}

function isAmount(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function recordDifferences(desired: JsonRecord, stored: unknown, path: FieldPath): readonly FieldPath[] {
  if (!isRecord(stored)) return [path]
  return Object.entries(desired).flatMap(([key, value]) => fieldDifferences(value, stored[key], path === '' ? key : `${path}.${key}`))
}

function listDifferences(desired: readonly unknown[], stored: unknown, path: FieldPath): readonly FieldPath[] {
  if (!Array.isArray(stored)) return [path]
  const keys = keysOfMergedLists[path]
  if (keys === undefined) {
    if (desired.length !== stored.length) return [path]
    return desired.flatMap((item, index) => fieldDifferences(item, stored[index], `${path}[${index}]`))
  }
  return desired.flatMap((item, index) => fieldDifferences(item, itemWithKeys(stored, keysOf(item, keys)), `${path}[${index}]`))
}

function keysOf(item: unknown, keys: readonly string[]): JsonRecord {
  return Object.fromEntries(keys.map((key) => [key, isRecord(item) ? item[key] : undefined]))
}
