import type { PolicyData } from '../policy/policy-data.ts'
import type { RuntimeConfig } from '../protocol/runtime-config.ts'

/** The product's policy with what this instance's resource adds: its address book and its number of questions. */
export function instancePolicy(policy: PolicyData, config: RuntimeConfig): PolicyData {
  const listed = new Set(policy.destinations.map(({ id }) => id))
  const added = [...new Set([...config.operators, ...config.policy.destinations])].filter((id) => !listed.has(id))
  return {
    ...policy,
    destinations: [...policy.destinations, ...added.map((id) => ({ id, clearance: 'internal' as const }))],
    questions: { ...policy.questions, perTask: config.policy.approvalsPerTask },
  }
}
