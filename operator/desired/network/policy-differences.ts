import { isDeepStrictEqual } from 'node:util'
import type { NetworkPolicy } from '../objects.ts'

type JsonRecord = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Empty lists and maps that the API server does not store where they mean nothing. */
const droppedWhenEmpty: ReadonlySet<string> = new Set([
  'ingress',
  'egress',
  'matchLabels',
  'matchExpressions',
  'except',
  'from',
  'to',
  'ports',
])

/**
 * Which parts of a policy's `spec` are not, field by field, what was meant: the read-back before a machine may exist.
 *
 * Stricter than drift: one field more than meant is a difference, because it may be a door.
 */
export function policyDifferences(meant: NetworkPolicy, stored: unknown): readonly string[] {
  const spec = isRecord(stored) ? stored.spec : undefined
  if (!isRecord(spec)) return ['spec']
  const wanted = normalised(meant.spec) as JsonRecord
  const have = normalised(spec) as JsonRecord
  const fields = [...new Set([...Object.keys(wanted), ...Object.keys(have)])]
  return fields.filter((field) => !isDeepStrictEqual(wanted[field], have[field])).map((field) => `spec.${field}`)
}

/**
 * The same meaning in one spelling. Only where an empty list and an absent one mean the same is it dropped: a rule without `from` and
 * one with an empty `from` both let everybody in, so that neither can pass for one with peers.
 */
function normalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalised)
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([key, field]) => field !== undefined && !(droppedWhenEmpty.has(key) && isEmpty(field)))
  return Object.fromEntries(kept.map(([key, field]) => [key, normalised(field)]))
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0
}
