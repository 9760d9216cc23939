import type { Moltagent } from '../api/moltagent.ts'
import { type Role, roles } from '../api/roles.ts'
import type { BootDocument } from '../../runtime/protocol/boot-document.ts'
import { agentBootDocument, nextcloudBootDocument, ollamaBootDocument } from './boot/boot-documents.ts'
import { bootRevision } from './boot/boot-revision.ts'
import { claims } from './claims.ts'
import type { FoundationFacts, MachineFacts } from './facts.ts'
import { virtualMachines } from './machines/virtual-machines.ts'
import { networkPolicies } from './network/policies.ts'
import type { NetworkPolicy, PersistentVolumeClaim, Secret, Service } from './objects.ts'
import { adminSecret, bootSecret } from './secrets.ts'
import { services } from './services.ts'
import type { VirtualMachine } from './virtual-machine-object.ts'

/** What can be built before the Services have addresses. */
export interface DesiredFoundations {
  readonly policies: readonly NetworkPolicy[]
  readonly claims: readonly PersistentVolumeClaim[]
  readonly services: readonly Service[]
}

/** Everything of an instance but `<name>-account`, which is made once and never repaired (`accountSecret`). */
export interface DesiredObjects extends DesiredFoundations {
  readonly secrets: readonly Secret[]
  readonly machines: readonly VirtualMachine[]
}

/** Policies, claims and Services: what comes before secrets and machines, in this order. */
export function desiredFoundations(moltagent: Moltagent, facts: FoundationFacts): DesiredFoundations {
  return {
    policies: networkPolicies(moltagent, facts.configuration, facts.revoked),
    claims: claims(moltagent),
    services: services(moltagent, facts.recordedAddresses),
  }
}

/** Everything wanted for a Moltagent, in the order in which it is made. The same inputs give the same bytes. */
export function desiredObjects(moltagent: Moltagent, foundation: FoundationFacts, facts: MachineFacts): DesiredObjects {
  const inputs = { moltagent, configuration: foundation.configuration, facts }
  // The token is not part of the revision, so that the next boot's token restarts nobody.
  const documents: Readonly<Record<Role, BootDocument>> = {
    nextcloud: nextcloudBootDocument(inputs),
    agent: agentBootDocument(inputs, facts.agentToken ?? ''),
    ollama: ollamaBootDocument(inputs),
  }
  return {
    ...desiredFoundations(moltagent, foundation),
    secrets: secrets(moltagent, documents, { ...facts, revoked: foundation.revoked }),
    machines: virtualMachines({
      moltagent,
      images: facts.images,
      serviceAddresses: facts.serviceAddresses,
      bootRevisions: {
        nextcloud: bootRevision(documents.nextcloud),
        agent: bootRevision(documents.agent),
        ollama: bootRevision(documents.ollama),
      },
      halted: haltedRoles(moltagent, foundation.revoked),
    }),
  }
}

function secrets(
  moltagent: Moltagent,
  documents: Readonly<Record<Role, BootDocument>>,
  facts: MachineFacts & { readonly revoked: boolean },
): readonly Secret[] {
  const agentMayBoot = facts.agentToken !== undefined && !facts.revoked
  const booting = roles.filter((role) => role !== 'agent' || agentMayBoot)
  const ownAdministrator = moltagent.spec.nextcloud.adminSecretRef === undefined
  return [
    ...(ownAdministrator ? [adminSecret(moltagent, facts.administrator, facts.digestKey)] : []),
    ...booting.map((role) => bootSecret(moltagent, documents[role], facts.digestKey)),
  ]
}

/** Suspended: all three. Revoked: the agent's. */
function haltedRoles(moltagent: Moltagent, revoked: boolean): readonly Role[] {
  if (moltagent.spec.suspend) return roles
  return revoked ? ['agent'] : []
}
