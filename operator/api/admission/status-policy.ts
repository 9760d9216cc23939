import { finalizer } from '../finalizer.ts'
import { moltagentKind } from '../moltagent-kind.ts'
import { isBreakGlass, isControlPlane, isGateway, isOperator, type AdmissionIdentities } from './admission-identities.ts'
import { resourceRule, type AdmissionPolicy } from './admission-policy.ts'

/** What the operator alone observes or decides. `provisioned` and `credentials` too: without them, what was revoked would be made again. */
const operatorsFields = ['revocation', 'vms', 'provisioned', 'credentials', 'services'] as const

const variables = [
  { name: 'before', expression: 'oldObject != null && has(oldObject.status) ? oldObject.status : {}' },
  { name: 'after', expression: 'object != null && has(object.status) ? object.status : {}' },
]

const isUnchanged = (key: string): string =>
  `((${key} in variables.before) == (${key} in variables.after) && (!(${key} in variables.after) || variables.before[${key}] == variables.after[${key}]))`

/** The gateway writes `status.agent` and nothing else; `status.revocation`, `status.vms` and their like are the operator's. */
export function statusPolicy(identities: AdmissionIdentities): AdmissionPolicy {
  return {
    name: 'status',
    resourceRules: [resourceRule(moltagentKind.group, [`${moltagentKind.plural}/status`], ['UPDATE'])],
    matchConditions: [{ name: 'not-the-operator', expression: `!(${isOperator(identities)})` }],
    variables,
    validations: [
      {
        expression: `!(${isGateway(identities)}) || (variables.before.all(key, key == 'agent' || ${isUnchanged('key')}) && variables.after.all(key, key == 'agent' || ${isUnchanged('key')}))`,
        message: 'the gateway changes nothing of a Moltagent but status.agent',
      },
      {
        expression: operatorsFields.map((field) => isUnchanged(`'${field}'`)).join(' && '),
        message: `only the operator changes ${operatorsFields.map((field) => `status.${field}`).join(', ')}: leave them as they are`,
      },
    ],
  }
}

/** The gateway writes no Moltagent, and the finalizer that takes machines away before their policies is removed by the operator alone. */
export function resourcePolicy(identities: AdmissionIdentities): AdmissionPolicy {
  const holds = (object: string): string => `(has(${object}.metadata.finalizers) && '${finalizer}' in ${object}.metadata.finalizers)`
  return {
    name: 'resource',
    resourceRules: [resourceRule(moltagentKind.group, [moltagentKind.plural], ['CREATE', 'UPDATE', 'DELETE'])],
    matchConditions: [{ name: 'not-the-operator', expression: `!(${isOperator(identities)})` }],
    validations: [
      {
        expression: `!(${isGateway(identities)})`,
        message: 'the gateway changes nothing of a Moltagent but status.agent',
      },
      {
        expression: `request.operation != 'UPDATE' || ${isBreakGlass()} || ${isControlPlane()} || !${holds('oldObject')} || ${holds('object')}`,
        message: `only the operator removes the finalizer ${finalizer}, after the machines are gone: delete the Moltagent and wait, with the operator running`,
      },
    ],
  }
}
