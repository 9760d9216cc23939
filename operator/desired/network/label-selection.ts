import type { Labels } from '../objects.ts'

/** What is known of a pod's labels: some for sure; under some domains there may be others, whose values nobody knows beforehand. */
export interface KnownLabels {
  readonly labels: Labels
  /** Whether a key that is not in `labels` may be on the pod all the same. */
  readonly mayHave: (key: string) => boolean
}

interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[] | undefined
}

export interface StoredSelector {
  readonly matchLabels?: Labels | undefined
  readonly matchExpressions?: readonly Requirement[] | undefined
}

/** Whether a selector selects the pod, or may: where a label is unknown the answer is yes. */
export function maySelect(selector: StoredSelector, pod: KnownLabels): boolean {
  const equalities = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, operator: 'In', values: [value] }))
  return [...equalities, ...(selector.matchExpressions ?? [])].every((requirement) => mayMeet(requirement, pod))
}

function mayMeet({ key, operator, values = [] }: Requirement, { labels, mayHave }: KnownLabels): boolean {
  const value = labels[key]
  if (value === undefined && mayHave(key)) return true
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      // An operator that this version does not know: assume that it selects.
      return true
  }
}
