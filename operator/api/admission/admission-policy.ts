interface ResourceRule {
  readonly apiGroups: readonly string[]
  readonly apiVersions: readonly string[]
  readonly operations: readonly string[]
  readonly resources: readonly string[]
}

export interface Validation {
  readonly expression: string
  /** Says who may, or what to write instead. */
  readonly message: string
  readonly messageExpression?: string
}

interface NamedExpression {
  readonly name: string
  readonly expression: string
}

/** A ValidatingAdmissionPolicy before it has its full name. It refuses when it cannot be judged. */
export interface AdmissionPolicy {
  readonly name: string
  readonly resourceRules: readonly ResourceRule[]
  /** Only objects with this label, before or after the change. */
  readonly onlyWithLabel?: string
  readonly matchConditions?: readonly NamedExpression[]
  readonly variables?: readonly NamedExpression[]
  readonly validations: readonly Validation[]
}

/** Any version of a resource: none may be a way around. */
export function resourceRule(apiGroup: string, resources: readonly string[], operations: readonly string[]): ResourceRule {
  return { apiGroups: [apiGroup], apiVersions: ['*'], operations, resources }
}

/** True of an object that carries a label of ours. `old` may be null, as at creation. */
export const hasOurLabel = (object: string, prefix: string): string =>
  `(${object} != null && has(${object}.metadata.labels) && ${object}.metadata.labels.exists(key, key.startsWith('${prefix}')))`
