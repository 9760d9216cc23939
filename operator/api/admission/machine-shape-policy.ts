import { labelKeys, labelPrefix } from '../labels.ts'
import { hasOurLabel, resourceRule, type AdmissionPolicy, type Validation } from './admission-policy.ts'

const multusAnnotation = 'k8s.v1.cni.cncf.io/networks'
const variables = [
  { name: 'machine', expression: "request.resource.resource == 'virtualmachines' ? object.spec.template.spec : object.spec" },
  {
    name: 'annotations',
    expression:
      "request.resource.resource == 'virtualmachines' ? (has(object.spec.template.metadata) && has(object.spec.template.metadata.annotations) ? object.spec.template.metadata.annotations : {}) : (has(object.metadata.annotations) ? object.metadata.annotations : {})",
  },
  { name: 'networks', expression: 'has(variables.machine.networks) ? variables.machine.networks : []' },
  { name: 'devices', expression: 'has(variables.machine.domain.devices) ? variables.machine.domain.devices : {}' },
  { name: 'interfaces', expression: 'has(variables.devices.interfaces) ? variables.devices.interfaces : []' },
  { name: 'volumes', expression: 'has(variables.machine.volumes) ? variables.machine.volumes : []' },
]

const machineValidations: readonly Validation[] = [
  {
    expression: `variables.networks.all(network, has(network.pod) && !has(network.multus)) && !('${multusAnnotation}' in variables.annotations)`,
    message: 'a Moltagent machine has the pod network alone: NetworkPolicies do not reach a Multus network; leave it out',
  },
  {
    expression:
      'size(variables.interfaces) > 0 && variables.interfaces.all(one, has(one.masquerade) && !has(one.bridge) && !has(one.sriov) && !has(one.binding))',
    message: 'every interface of a Moltagent machine is masquerade: write `masquerade: {}` instead of bridge, SR-IOV or a binding plugin',
  },
  {
    expression: '!has(variables.devices.autoattachVSOCK) || !variables.devices.autoattachVSOCK',
    message: 'a Moltagent machine has no vsock, which NetworkPolicies do not see: leave autoattachVSOCK out',
  },
  {
    expression: 'variables.volumes.all(volume, !has(volume.hostDisk) && !has(volume.serviceAccount) && !has(volume.downwardMetrics))',
    message:
      'a Moltagent machine gets neither a disk of the node, nor a ServiceAccount token, nor metrics of the node: leave the volume out',
  },
]

/** Ways out that NetworkPolicies do not see are closed to everybody, the operator included. */
export function machineShapePolicy(): AdmissionPolicy {
  return {
    name: 'machine-shape',
    resourceRules: [resourceRule('kubevirt.io', ['virtualmachines', 'virtualmachineinstances'], ['CREATE', 'UPDATE'])],
    onlyWithLabel: labelKeys.uid,
    variables,
    validations: machineValidations,
  }
}

/** The same for the pod that a machine runs in, whoever makes it. */
export function machinePodPolicy(): AdmissionPolicy {
  const shares = ['hostNetwork', 'hostPID', 'hostIPC'].map((field) => `(!has(object.spec.${field}) || !object.spec.${field})`)
  return {
    name: 'machine-pod',
    resourceRules: [resourceRule('', ['pods'], ['CREATE', 'UPDATE'])],
    matchConditions: [{ name: 'carries-our-labels', expression: hasOurLabel('object', labelPrefix) }],
    validations: [
      {
        expression: shares.join(' && '),
        message: "a machine's pod shares nothing of its node: leave hostNetwork, hostPID and hostIPC out",
      },
      {
        expression: `!has(object.metadata.annotations) || !('${multusAnnotation}' in object.metadata.annotations)`,
        message: `a machine's pod has the pod network alone: leave the annotation ${multusAnnotation} out`,
      },
    ],
  }
}
