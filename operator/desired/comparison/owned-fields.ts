import * as z from 'zod'
import { type FieldPath, isRecord, itemWithKeys, type JsonRecord } from './field-differences.ts'

const entrySchema = z.object({
  manager: z.string(),
  operation: z.string(),
  subresource: z.string().optional(),
  fieldsV1: z.record(z.string(), z.unknown()).default({}),
})

/** The set of fields (`fieldsV1`) that a manager owns by server-side apply: empty where it owns none. */
export function appliedFields(managedFields: unknown, manager: string): JsonRecord {
  const entries = z.array(entrySchema).safeParse(managedFields)
  if (!entries.success) return {}
  const own = entries.data.find((entry) => entry.manager === manager && entry.operation === 'Apply' && entry.subresource === undefined)
  return own?.fieldsV1 ?? {}
}

/**
 * What we own and no longer want: an apply without it takes it away. `fieldsV1` names a field `f:name`, an item of a merged list
 * `k:{its keys}`, an item of a set `v:value`, and the item itself `.`.
 */
export function ownedButUnwanted(owned: JsonRecord, desired: unknown, path: FieldPath = ''): readonly FieldPath[] {
  return Object.entries(owned).flatMap(([key, inner]) => {
    if (key === '.') return []
    const step = `${path}${path === '' ? '' : '.'}${key.slice(2)}`
    const wanted = wantedAt(key, desired)
    if (wanted === undefined) return [step]
    return isRecord(inner) ? ownedButUnwanted(inner, wanted, step) : []
  })
}

function wantedAt(key: string, desired: unknown): unknown {
  const name = key.slice(2)
  if (key.startsWith('f:')) return isRecord(desired) ? desired[name] : undefined
  if (!Array.isArray(desired)) return undefined
  const value: unknown = JSON.parse(name)
  if (key.startsWith('k:') && isRecord(value)) return itemWithKeys(desired, value)
  return desired.includes(value) ? value : undefined
}
