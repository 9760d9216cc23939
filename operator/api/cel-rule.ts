/** One entry of `x-kubernetes-validations`. */
export interface CelRule {
  readonly rule: string
  /** Says what to write instead. Kubernetes allows no line break in it. */
  readonly message: string
  /** CEL that yields a sentence from what was written; the API server falls back to `message` when it fails. */
  readonly messageExpression?: string
  readonly fieldPath?: string
}

/** Quotes a pattern as a raw CEL string. The patterns here are in the part of the syntax that JavaScript and RE2 share. */
export function celPattern(pattern: RegExp): string {
  if (pattern.flags !== '' || pattern.source.includes("'"))
    throw new Error(`quoting ${String(pattern)} for CEL: no flags and no apostrophes`)
  return `r'${pattern.source}'`
}

/** Metadata that zod's JSON Schema passes on to the CRD. Must come last: every later method of a zod schema forgets it. */
export function kubernetesMeta(description: string, rules: readonly CelRule[] = []): Record<string, unknown> {
  return rules.length === 0 ? { description } : { description, 'x-kubernetes-validations': rules }
}

/** As `kubernetesMeta`, for a list whose items are told apart by `key`: unique, and compared with their own earlier selves. */
export function keyedListMeta(description: string, key: string, rules: readonly CelRule[] = []): Record<string, unknown> {
  return { ...kubernetesMeta(description, rules), 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] }
}

/** As `kubernetesMeta`, for a list of scalars without repetitions. */
export function setListMeta(description: string, rules: readonly CelRule[] = []): Record<string, unknown> {
  return { ...kubernetesMeta(description, rules), 'x-kubernetes-list-type': 'set' }
}
