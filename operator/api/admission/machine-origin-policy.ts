import { labelPrefix } from '../labels.ts'
import { isBreakGlass, isKubevirt, isOperator, type AdmissionIdentities } from './admission-identities.ts'
import { hasOurLabel, resourceRule, type AdmissionPolicy } from './admission-policy.ts'

const ourLabels = (object: string): string =>
  `(has(${object}.metadata.labels) ? ${object}.metadata.labels : {}).transformMap(key, value, key.startsWith('${labelPrefix}'), value)`

/**
 * NetworkPolicies select pods by our labels, so a pod that carries them is inside the walls: only KubeVirt makes one, from a machine of ours.
 * Neither a label added later nor a debugging container is a way in.
 */
export function machineOriginPolicy(identities: AdmissionIdentities): AdmissionPolicy {
  const kubevirt = isKubevirt(identities)
  return {
    name: 'machine-origin',
    resourceRules: [
      resourceRule('', ['pods'], ['CREATE', 'UPDATE']),
      resourceRule('', ['pods/ephemeralcontainers'], ['UPDATE']),
      resourceRule('kubevirt.io', ['virtualmachineinstances'], ['CREATE', 'UPDATE']),
    ],
    matchConditions: [
      { name: 'carries-our-labels', expression: `${hasOurLabel('object', labelPrefix)} || ${hasOurLabel('oldObject', labelPrefix)}` },
    ],
    validations: [
      {
        expression: `request.operation != 'CREATE' || ${kubevirt}`,
        message: `only KubeVirt makes pods and machine instances with ${labelPrefix} labels: leave these labels out`,
      },
      {
        expression: `request.operation != 'UPDATE' || ${kubevirt} || ${ourLabels('object')} == ${ourLabels('oldObject')}`,
        message: `only KubeVirt changes ${labelPrefix} labels of pods and machine instances: leave them as they are`,
      },
      {
        expression: `!has(request.subResource) || request.subResource != 'ephemeralcontainers' || ${isBreakGlass()}`,
        message: "no debugging container joins a machine's pod, because it would share the machine's network: debug from another pod",
      },
    ],
  }
}

const templateLabels =
  'has(object.spec.template) && has(object.spec.template.metadata) && has(object.spec.template.metadata.labels) && object.spec.template.metadata.labels'
const poolTemplate =
  'has(object.spec.virtualMachineTemplate) && has(object.spec.virtualMachineTemplate.spec) && has(object.spec.virtualMachineTemplate.spec.template) && has(object.spec.virtualMachineTemplate.spec.template.metadata) && has(object.spec.virtualMachineTemplate.spec.template.metadata.labels) && object.spec.virtualMachineTemplate.spec.template.metadata.labels'
const anyOurs = `.exists(key, key.startsWith('${labelPrefix}'))`

/** What KubeVirt makes from a template carries the template's labels: so our labels in anybody else's template are refused as well. */
export function machineTemplatePolicy(identities: AdmissionIdentities): AdmissionPolicy {
  return {
    name: 'machine-template',
    resourceRules: [
      resourceRule('kubevirt.io', ['virtualmachines', 'virtualmachineinstancereplicasets'], ['CREATE', 'UPDATE']),
      resourceRule('pool.kubevirt.io', ['virtualmachinepools'], ['CREATE', 'UPDATE']),
    ],
    matchConditions: [{ name: 'template-carries-our-labels', expression: `(${templateLabels}${anyOurs}) || (${poolTemplate}${anyOurs})` }],
    validations: [
      {
        expression: `request.resource.resource == 'virtualmachines' && (${isOperator(identities)} || ${isBreakGlass()} || (request.operation == 'UPDATE' && ${isKubevirt(identities)}))`,
        message: `only the Moltagent operator writes machine templates with ${labelPrefix} labels: leave these labels out`,
      },
    ],
  }
}
