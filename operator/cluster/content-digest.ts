import { createHash } from 'node:crypto'

/**
 * Digest of a value as Kubernetes understands it: order of fields does not count; null and an empty list as a field are the same as
 * a missing one (the API server stores neither). Items of lists and empty objects do count: `[{}]` in a policy allows everything.
 * 22 characters of base64url, 128 bits of SHA-256.
 */
export function contentDigest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(normalise(value)))
    .digest('base64url')
    .slice(0, 22)
}

function normalise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalise)
  if (typeof value !== 'object' || value === null) return value
  const result: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (field === undefined || field === null || (Array.isArray(field) && field.length === 0)) continue
    result[name] = normalise(field)
  }
  return result
}
