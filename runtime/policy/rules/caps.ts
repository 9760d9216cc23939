import type { Finding } from '../verdict.ts'
import type { Rule } from './rule.ts'

/** Caps per task and day: a call past one is refused, whoever asked for it. An effect without a cap is not counted. */
export const capsRule: Rule = ({ action, context, policy }) => {
  const findings: Finding[] = []
  const { task, day } = policy.caps
  if ((context.spent.task[action.effect] ?? 0) >= (task[action.effect] ?? Number.POSITIVE_INFINITY)) {
    findings.push({ code: 'cap-of-task', verdict: 'deny', arguments: [] })
  }
  if ((context.spent.day[action.effect] ?? 0) >= (day[action.effect] ?? Number.POSITIVE_INFINITY)) {
    findings.push({ code: 'cap-of-day', verdict: 'deny', arguments: [] })
  }
  return findings
}
