import type { LabelSelector } from './network-policy.ts'

type Labels = Readonly<Record<string, string>>

function meetsExpression(labels: Labels, expression: NonNullable<LabelSelector['matchExpressions']>[number]): boolean {
  const value = labels[expression.key]
  const values = expression.values ?? []
  switch (expression.operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return expression.operator satisfies never
  }
}

/** Does a Kubernetes label selector match? An empty selector matches everything. */
export function matchesLabels(selector: LabelSelector, labels: Labels): boolean {
  const exact = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
  return exact && (selector.matchExpressions ?? []).every((expression) => meetsExpression(labels, expression))
}
