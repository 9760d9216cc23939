import type { Moltagent } from '../../../operator/api/moltagent.ts'
import { labelVocabulary } from '../arbitrary/moltagent-arbitrary.ts'
import type { Endpoint } from './evaluator.ts'

export type MachineRole = 'nextcloud' | 'agent' | 'ollama'

/** An endpoint with what the reference matrix has to know of it. */
export interface Inhabitant extends Endpoint {
  /** Of which instance it is a machine, and which. */
  readonly machine?: { readonly instance: string; readonly role: MachineRole }
  readonly program?: 'operator' | 'gateway'
}

export const systemNamespace = 'moltagent-system'
export const operatorLabels = { 'app.kubernetes.io/name': 'moltagent-operator' }
export const gatewayLabels = { 'app.kubernetes.io/name': 'moltagent-gateway' }

export interface Instance {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly access: Moltagent['spec']['nextcloud']['access']
  readonly egress: Moltagent['spec']['nextcloud']['egress']
  readonly revoked: boolean
}

const address = (network: number, host: number): Endpoint['addresses'] => ({
  ipv4: `10.1.${network}.${host}`,
  ipv6: `fd00:1:${network}::${host}`,
})

/** Machines' pods as KubeVirt makes them: our template's labels and its own. */
function machines(instance: Instance, network: number): readonly Inhabitant[] {
  const roles: readonly MachineRole[] = ['nextcloud', 'agent', 'ollama']
  return roles.map((role, index) => ({
    name: `${instance.namespace}/${instance.name}-${role}`,
    namespace: instance.namespace,
    labels: {
      'app.kubernetes.io/name': 'moltagent',
      'app.kubernetes.io/managed-by': 'moltagent-operator',
      'moltagent.cloud/name': instance.name,
      'moltagent.cloud/uid': instance.uid,
      'moltagent.cloud/role': role,
      'kubevirt.io': 'virt-launcher',
      'kubevirt.io/created-by': `vmi-of-${instance.uid}-${role}`,
    },
    addresses: address(network, index + 1),
    machine: { instance: instance.uid, role },
  }))
}

const stranger = (namespace: string, labels: Readonly<Record<string, string>>, host: number): Inhabitant => ({
  name: `stranger ${namespace} ${JSON.stringify(labels)}`,
  namespace,
  labels,
  addresses: address(9, host),
})

const outside = (name: string, ipv4: string, ipv6: string): Inhabitant => ({ name, addresses: { ipv4, ipv6 } })

/** Everybody that could be at one end: machines, the installation's programs, strangers by every label, the internet. */
export function inhabitants(instances: readonly Instance[]): readonly Inhabitant[] {
  const home = instances[0]?.namespace ?? 'team-a'
  const apps = labelVocabulary.app.flatMap((app, index) => [
    stranger(home, { app }, 10 + index),
    stranger('elsewhere', { app, team: 'b' }, 20 + index),
  ])
  return [
    ...instances.flatMap((instance, index) => machines(instance, index + 2)),
    { name: 'operator', namespace: systemNamespace, labels: operatorLabels, addresses: address(1, 1), program: 'operator' },
    { name: 'gateway', namespace: systemNamespace, labels: gatewayLabels, addresses: address(1, 2), program: 'gateway' },
    ...apps,
    stranger(systemNamespace, {}, 30),
    stranger('kube-system', { 'k8s-app': 'kube-dns' }, 31),
    stranger(home, operatorLabels, 32),
    stranger('elsewhere', gatewayLabels, 33),
    stranger('elsewhere', { 'moltagent.cloud/uid': instances[0]?.uid ?? '', 'moltagent.cloud/role': 'agent' }, 34),
    outside('a listed server', '192.0.2.25', '2001:db8::25'),
    outside('the internet', '1.1.1.1', '2606:4700:4700::1111'),
    outside('metadata', '169.254.169.254', 'fd00:ec2::254'),
    outside('the API server', '192.0.2.1', '2001:db8:ffff::1'),
  ]
}

export type NamespaceLabels = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Labels of the namespaces in which anybody is. The first instance's is of team a, the others' of team b. */
export function namespaceLabels(instances: readonly Instance[]): NamespaceLabels {
  const homes = instances
    .toReversed()
    .map(({ namespace }): [string, string] => [namespace, namespace === instances[0]?.namespace ? 'a' : 'b'])
  const labels: NamespaceLabels = {
    ...Object.fromEntries(homes.map(([namespace, team]) => [namespace, { team }])),
    elsewhere: { team: 'b', app: 'web' },
    'kube-system': {},
    [systemNamespace]: {},
  }
  return Object.fromEntries(Object.entries(labels).map(([name, own]) => [name, { 'kubernetes.io/metadata.name': name, ...own }]))
}
