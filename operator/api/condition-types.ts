import * as z from 'zod'

/** Ready, Reconciling and Stalled are kstatus: `kubectl wait`, Argo CD and Flux understand them. */
export const conditionTypeSchema = z.enum([
  'Ready',
  'Reconciling',
  'Stalled',
  'NetworkPoliciesStored',
  'NetworkIsolated',
  'NextcloudReady',
  'OllamaReady',
  'AgentReady',
  'Provisioned',
  'Reporting',
  'AuditConsistent',
  'Revoked',
])

export type ConditionType = z.infer<typeof conditionTypeSchema>
