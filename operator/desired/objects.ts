import type { DeepReadonly } from '../api/deep-readonly.ts'
import type { LabelSelector as MutableSelector } from '../api/label-selector.ts'

type LabelSelector = DeepReadonly<MutableSelector>

/**
 * Kubernetes objects as the plain JSON that is sent. Our own types, because the client's generated ones rename `from` of a
 * NetworkPolicy to `_from`, and what is sent under that name is lost: allowed from anywhere.
 */
export type Labels = Readonly<Record<string, string>>

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller: true
  readonly blockOwnerDeletion: true
}

export interface Metadata {
  readonly name: string
  readonly namespace: string
  readonly labels: Labels
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly OwnerReference[]
}

export interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector
  readonly namespaceSelector?: LabelSelector
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}

export interface NetworkPolicyPort {
  readonly protocol: 'TCP'
  readonly port: number
}

export interface NetworkPolicy {
  readonly apiVersion: 'networking.k8s.io/v1'
  readonly kind: 'NetworkPolicy'
  readonly metadata: Metadata
  readonly spec: {
    readonly podSelector: LabelSelector
    readonly policyTypes: readonly ('Ingress' | 'Egress')[]
    readonly ingress: readonly { readonly from: readonly NetworkPolicyPeer[]; readonly ports: readonly NetworkPolicyPort[] }[]
    readonly egress: readonly { readonly to: readonly NetworkPolicyPeer[]; readonly ports: readonly NetworkPolicyPort[] }[]
  }
}

export interface Service {
  readonly apiVersion: 'v1'
  readonly kind: 'Service'
  readonly metadata: Metadata
  readonly spec: {
    readonly type: 'ClusterIP'
    readonly clusterIP?: string
    readonly clusterIPs?: readonly string[]
    readonly ipFamilyPolicy: 'PreferDualStack'
    readonly selector: Labels
    readonly ports: readonly { readonly name: string; readonly protocol: 'TCP'; readonly port: number; readonly targetPort: number }[]
  }
}

export interface Secret {
  readonly apiVersion: 'v1'
  readonly kind: 'Secret'
  readonly metadata: Metadata
  readonly type: 'Opaque'
  /** Base64, as the API wants it. */
  readonly data: Readonly<Record<string, string>>
}

export interface PersistentVolumeClaim {
  readonly apiVersion: 'v1'
  readonly kind: 'PersistentVolumeClaim'
  readonly metadata: Metadata
  readonly spec: {
    readonly accessModes: readonly ['ReadWriteOnce']
    readonly storageClassName?: string
    readonly volumeMode: 'Filesystem'
    readonly resources: { readonly requests: { readonly storage: string } }
  }
}
