import { breakGlassGroup } from '../break-glass-group.ts'

/** Who is who to the admission policies. In the chart these are template expressions, filled in at installation. */
export interface AdmissionIdentities {
  /** User name of the operator's ServiceAccount. */
  readonly operatorUser: string
  readonly gatewayUser: string
  /** Namespace of KubeVirt's own ServiceAccounts. */
  readonly kubevirtNamespace: string
}

/** KubeVirt's programs that write machines and their pods. */
const kubevirtAccounts = ['kubevirt-controller', 'kubevirt-apiserver', 'kubevirt-handler', 'kubevirt-operator'] as const

/** Those of the control plane's controllers that write objects of our kinds: binding, protecting, growing, collecting, emptying. */
const controlPlaneAccounts = [
  'generic-garbage-collector',
  'namespace-controller',
  'persistent-volume-binder',
  'pvc-protection-controller',
  'expand-controller',
  'storage-version-migrator-controller',
] as const

const quoted = (names: readonly string[]): string => `[${names.map((name) => `'${name}'`).join(', ')}]`

const isUser = (names: readonly string[]): string => `request.userInfo.username in ${quoted(names)}`

export const isOperator = ({ operatorUser }: AdmissionIdentities): string => `request.userInfo.username == '${operatorUser}'`

export const isGateway = ({ gatewayUser }: AdmissionIdentities): string => `request.userInfo.username == '${gatewayUser}'`

export const isKubevirt = ({ kubevirtNamespace }: AdmissionIdentities): string =>
  isUser(kubevirtAccounts.map((account) => `system:serviceaccount:${kubevirtNamespace}:${account}`))

export const isControlPlane = (): string =>
  isUser([
    'system:kube-controller-manager',
    'system:apiserver',
    ...controlPlaneAccounts.map((account) => `system:serviceaccount:kube-system:${account}`),
  ])

export const isBreakGlass = (): string => `'${breakGlassGroup}' in request.userInfo.groups`
