import type { Entry } from '../controller/source.ts'

/** What the cache keeps of one object of any managed kind. */
export interface ObservedObject extends Entry {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** Label `moltagent.cloud/name`. */
  readonly instance: string | undefined
  /** Label `moltagent.cloud/uid`. */
  readonly instanceUid: string | undefined
  /** UIDs of all owner references. */
  readonly ownerUids: readonly string[]
  readonly deleting: boolean
  /** Digest of the fields that we own; undefined where we never applied. */
  readonly applied: string | undefined
  readonly facts: Facts
}

export type Facts = PolicyFacts | ServiceFacts | ClaimFacts | SecretFacts | MachineFacts | InstanceFacts

export interface PolicyFacts {
  readonly kind: 'policy'
  /** Digest of the whole spec, whoever set which part. */
  readonly specDigest: string
  /** The UID by which its selector picks pods, where it does: most policies are other instances' own. */
  readonly selectsUid: string | undefined
  /** The policy with empty rules: whom it selects and whether it opens anything. */
  readonly shape: {
    readonly metadata: { readonly name: string }
    readonly spec: { readonly podSelector: unknown; readonly ingress: readonly object[]; readonly egress: readonly object[] }
  }
}

export interface ServiceFacts {
  readonly kind: 'service'
  readonly clusterIPs: readonly string[]
}

export interface ClaimFacts {
  readonly kind: 'claim'
  readonly phase: string
  readonly storageClassName: string | undefined
}

/** Metadata alone: the values are not in this process. */
export interface SecretFacts {
  readonly kind: 'secret'
  /** Annotations that we own, and nobody has changed since. */
  readonly annotations: Readonly<Record<string, string>>
  /** Keys of `data` that we own; one whose value somebody else has set is missing. */
  readonly dataKeys: readonly string[]
}

export interface MachineCondition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

export interface MachineFacts {
  readonly kind: 'machine'
  readonly printableStatus: string
  readonly conditions: readonly MachineCondition[]
  readonly serviceAddresses: string | undefined
}

/** A VirtualMachineInstance: what runs. */
export interface InstanceFacts {
  readonly kind: 'instance'
  readonly phase: string
  readonly ready: boolean
  readonly address: string | undefined
  readonly image: string | undefined
  readonly templateRevision: string | undefined
  readonly conditions: readonly MachineCondition[]
}
