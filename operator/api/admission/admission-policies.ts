import type { AdmissionIdentities } from './admission-identities.ts'
import type { AdmissionPolicy } from './admission-policy.ts'
import { machineOriginPolicy, machineTemplatePolicy } from './machine-origin-policy.ts'
import { machinePodPolicy, machineShapePolicy } from './machine-shape-policy.ts'
import { managedObjectsPolicy } from './managed-objects-policy.ts'
import { resourcePolicy, statusPolicy } from './status-policy.ts'

export interface Installation extends AdmissionIdentities {
  /** In front of each policy's name: they are cluster-wide objects. */
  readonly namePrefix: string
  readonly labels: Readonly<Record<string, string>>
}

type Manifest = Readonly<Record<string, unknown>>

const api = { apiVersion: 'admissionregistration.k8s.io/v1' }

function policyManifest(policy: AdmissionPolicy, installation: Installation): Manifest {
  const { resourceRules, onlyWithLabel, matchConditions, variables, validations } = policy
  return {
    ...api,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: `${installation.namePrefix}-${policy.name}`, labels: installation.labels },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        matchPolicy: 'Equivalent',
        ...(onlyWithLabel ? { objectSelector: { matchExpressions: [{ key: onlyWithLabel, operator: 'Exists' }] } } : {}),
        resourceRules,
      },
      ...(matchConditions ? { matchConditions } : {}),
      ...(variables ? { variables } : {}),
      validations: validations.map((validation) => ({ ...validation, reason: 'Forbidden' })),
    },
  }
}

function bindingManifest(policy: AdmissionPolicy, installation: Installation): Manifest {
  const name = `${installation.namePrefix}-${policy.name}`
  return {
    ...api,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name, labels: installation.labels },
    spec: { policyName: name, validationActions: ['Deny'] },
  }
}

/** "Who may touch what", as manifests: each policy and the binding that puts it in force. */
export function admissionPolicies(installation: Installation): readonly Manifest[] {
  const policies = [
    managedObjectsPolicy(installation),
    machineOriginPolicy(installation),
    machineTemplatePolicy(installation),
    machineShapePolicy(),
    machinePodPolicy(),
    statusPolicy(installation),
    resourcePolicy(installation),
  ]
  return policies.flatMap((policy) => [policyManifest(policy, installation), bindingManifest(policy, installation)])
}
