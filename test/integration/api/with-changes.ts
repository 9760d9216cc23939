/** Values by dotted path. `undefined` removes; an index one past the end of a list adds. */
export type Changes = Readonly<Record<string, unknown>>

/** A copy of a document, bent: what comes out need not fit any schema. */
export function withChanges(document: object, changes: Changes): Record<string, unknown> {
  const copy = structuredClone(document) as Record<string, unknown>
  for (const [path, value] of Object.entries(changes)) {
    const parts = path.split('.')
    const last = parts.pop() ?? ''
    let place = copy
    for (const part of parts) place = (place[part] ??= {}) as Record<string, unknown>
    if (value === undefined) delete place[last]
    else place[last] = value
  }
  return copy
}
