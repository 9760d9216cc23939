/** Stable reasons of conditions: people and alerts match on them, so one is added but never renamed. */
export const conditionReasons = [
  // Ready
  'AllReady',
  'NotReady',
  'Suspended',
  // Reconciling
  'Applying',
  'Settled',
  'Deleting',
  'RollingRestart',
  'RestartRequired',
  // Stalled: what a person has to mend
  'NotStalled',
  'InvalidResource',
  'ImageNotConfigured',
  'ModelsNotConfigured',
  'ForeignObject',
  'SecretMissing',
  'SecretInvalid',
  'StorageClassMissing',
  'ClaimPending',
  'ImagePullFailed',
  'CrashLoopBackOff',
  'Unschedulable',
  'MachineFailed',
  'KubeVirtMissing',
  'KubernetesTooOld',
  'AdmissionRefused',
  // NetworkPoliciesStored
  'Stored',
  'NotStored',
  'Mismatch',
  'ForeignPolicyWidens',
  // NetworkIsolated
  'Proven',
  'NotProven',
  'EdgeOpen',
  'EvidenceStale',
  // NextcloudReady, OllamaReady, AgentReady
  'MachineReady',
  'MachineStarting',
  'MachineStopped',
  'MachineMissing',
  // Provisioned
  'ProvisioningComplete',
  'ProvisioningPending',
  'ProvisioningFailed',
  'OperatorAccountMissing',
  // Reporting, AuditConsistent
  'ReportsArrive',
  'NoReport',
  'ReportsStopped',
  'Consistent',
  'NoHeadYet',
  'HeadDiverged',
  // Revoked
  'NotRevoked',
  'AccountSecretDeleted',
  'AccountSecretEmptied',
  'AccountSecretReplaced',
  'AccountDisabled',
  'AccountDeleted',
  'CredentialRevoked',
  'Revoking',
  'CredentialStateUnknown',
  'Readmitted',
] as const

export type ConditionReason = (typeof conditionReasons)[number]
