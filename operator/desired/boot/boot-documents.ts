import { gatewayHost } from '../../api/host-names.ts'
import type { Moltagent } from '../../api/moltagent.ts'
import type { Role } from '../../api/roles.ts'
import type { BootDocument } from '../../../runtime/protocol/boot-document.ts'
import type { DesiredConfiguration } from '../configuration.ts'
import type { MachineFacts } from '../facts.ts'
import { probeLists } from '../network/probes.ts'
import { hosts } from './hosts.ts'

type RoleDocument<R extends Role> = Extract<BootDocument, { role: R }>

interface Inputs {
  readonly moltagent: Moltagent
  readonly configuration: DesiredConfiguration
  readonly facts: MachineFacts
}

/** Ports of the gateway, as in the traffic matrix. */
const gatewayPort = 8443
const proxyPort = 3128

function common(role: Role, { moltagent, configuration, facts }: Inputs): Omit<RoleDocument<'ollama'>, 'role' | 'leaf' | 'models'> {
  const probes = probeLists(moltagent, role, { ...facts, surroundings: configuration.surroundings })
  return {
    schemaVersion: 1,
    uid: moltagent.metadata.uid,
    name: moltagent.metadata.name,
    namespace: moltagent.metadata.namespace,
    hosts: hosts(moltagent, role, facts),
    authority: facts.authority,
    probes: { allowed: [...probes.allowed], forbidden: [...probes.forbidden] },
  }
}

/** First-boot data of the agent's machine: a single-use token and no key. */
export function agentBootDocument(inputs: Inputs, token: string): RoleDocument<'agent'> {
  return {
    ...common('agent', inputs),
    role: 'agent',
    token,
    gateway: { host: gatewayHost(inputs.moltagent.metadata), port: gatewayPort, proxyPort },
  }
}

export function nextcloudBootDocument(inputs: Inputs): RoleDocument<'nextcloud'> {
  const { facts, moltagent } = inputs
  return {
    ...common('nextcloud', inputs),
    role: 'nextcloud',
    leaf: facts.leaves.nextcloud,
    hostname: moltagent.spec.nextcloud.hostname,
    ...(facts.publicLeaf && { publicLeaf: facts.publicLeaf }),
    administrator: facts.administrator,
    operatorKey: facts.operatorKey,
  }
}

export function ollamaBootDocument(inputs: Inputs): RoleDocument<'ollama'> {
  const { leaves, images } = inputs.facts
  return {
    ...common('ollama', inputs),
    role: 'ollama',
    leaf: leaves.ollama,
    models: images.models.map(({ name }, index) => ({ name, disk: modelDisk(index) })),
  }
}

/** Serial of the disk that holds the model at this place in the list. */
export function modelDisk(index: number): string {
  return `model-${index}`
}
