import { moltagentSchema, type Moltagent } from './moltagent.ts'

export type ParsedMoltagent =
  | { readonly ok: true; readonly moltagent: Moltagent }
  /** `message` names each field and what is wrong with it: the text of `Stalled`, reason `InvalidResource`. */
  | { readonly ok: false; readonly message: string }

/**
 * Parses what the API server returned, once, at the edge. Unknown fields (of a newer CRD) are dropped; a resource stored under an
 * older, laxer CRD may fail, and is an answer rather than an exception.
 */
export function parseMoltagent(value: unknown): ParsedMoltagent {
  const parsed = moltagentSchema.safeParse(value)
  if (parsed.success) return { ok: true, moltagent: parsed.data }
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the object'}: ${issue.message}`)
  return { ok: false, message: `the stored Moltagent does not fit this operator's schema: ${faults.join('; ')}` }
}
