import { breakGlassGroup } from '../break-glass-group.ts'
import { labelKeys } from '../labels.ts'
import { isBreakGlass, isControlPlane, isKubevirt, isOperator, type AdmissionIdentities } from './admission-identities.ts'
import { resourceRule, type AdmissionPolicy } from './admission-policy.ts'

const written = ['CREATE', 'UPDATE', 'DELETE']

/** `<name>-account` may be deleted, emptied or replaced by whoever may write Secrets: that is how one revokes. */
const isAccountSecret = `request.resource.resource == 'secrets' && '${labelKeys.name}' in variables.labels && request.name == variables.labels['${labelKeys.name}'] + '-account'`

/**
 * Storage drivers run under any name and write annotations and finalizers of a claim while it is bound or grown. What a claim is, whose
 * it is, and what would have it collected stays guarded.
 */
const isClaimNote = [
  "request.resource.resource == 'persistentvolumeclaims'",
  "request.operation == 'UPDATE'",
  'object.spec == oldObject.spec',
  '(has(object.metadata.labels) ? object.metadata.labels : {}) == (has(oldObject.metadata.labels) ? oldObject.metadata.labels : {})',
  '(has(object.metadata.ownerReferences) ? object.metadata.ownerReferences : []) == (has(oldObject.metadata.ownerReferences) ? oldObject.metadata.ownerReferences : [])',
].join(' && ')

/** Objects with our labels are made by the operator alone, and changed only by it and by what Kubernetes and KubeVirt do with them. */
export function managedObjectsPolicy(identities: AdmissionIdentities): AdmissionPolicy {
  return {
    name: 'managed-objects',
    resourceRules: [
      resourceRule('networking.k8s.io', ['networkpolicies'], written),
      resourceRule('', ['services', 'persistentvolumeclaims', 'secrets'], written),
      resourceRule('kubevirt.io', ['virtualmachines'], written),
      resourceRule('kubevirt.io', ['virtualmachineinstances'], ['UPDATE', 'DELETE']),
    ],
    onlyWithLabel: labelKeys.uid,
    matchConditions: [{ name: 'not-the-operator', expression: `!(${isOperator(identities)} || ${isBreakGlass()})` }],
    variables: [
      { name: 'known', expression: 'oldObject != null ? oldObject : object' },
      { name: 'labels', expression: 'has(variables.known.metadata.labels) ? variables.known.metadata.labels : {}' },
      {
        name: 'owner',
        expression: `'${labelKeys.name}' in variables.labels ? string(variables.labels['${labelKeys.name}']) : 'it belongs to'`,
      },
    ],
    validations: [
      {
        expression: `(request.operation != 'CREATE' && (${isKubevirt(identities)} || ${isControlPlane()})) || (${isAccountSecret}) || (${isClaimNote})`,
        message: `managed by the Moltagent operator: change the Moltagent instead, or act in the group ${breakGlassGroup}`,
        messageExpression: `request.resource.resource + ' ' + request.name + ' is managed by the Moltagent operator: change the Moltagent ' + variables.owner + ' instead, or act in the group ${breakGlassGroup}'`,
      },
    ],
  }
}
