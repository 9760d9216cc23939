import type { Moltagent } from '../api/moltagent.ts'
import { moltagentKind } from '../api/moltagent-kind.ts'
import { labelsFor } from '../api/labels.ts'
import type { Role } from '../api/roles.ts'
import type { Metadata, OwnerReference } from './objects.ts'

interface Naming {
  readonly name: string
  readonly role?: Role
  /** Whether it goes when the Moltagent goes. */
  readonly owned: boolean
  readonly annotations?: Readonly<Record<string, string>>
}

function ownerReference(moltagent: Moltagent): OwnerReference {
  return {
    apiVersion: moltagentKind.apiVersion,
    kind: moltagentKind.kind,
    name: moltagent.metadata.name,
    uid: moltagent.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }
}

/** Metadata of one of a Moltagent's objects: labels, and an owner reference unless it outlives the resource. */
export function metadataFor(moltagent: Moltagent, naming: Naming): Metadata {
  return {
    name: naming.name,
    namespace: moltagent.metadata.namespace,
    labels: labelsFor(moltagent.metadata, naming.role),
    ...(naming.annotations && { annotations: naming.annotations }),
    ...(naming.owned && { ownerReferences: [ownerReference(moltagent)] }),
  }
}
