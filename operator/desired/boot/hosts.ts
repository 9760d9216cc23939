import { gatewayHost, machineHost } from '../../api/host-names.ts'
import type { Moltagent } from '../../api/moltagent.ts'
import type { Role } from '../../api/roles.ts'
import type { BootDocument } from '../../../runtime/protocol/boot-document.ts'
import type { MachineFacts } from '../facts.ts'

type Hosts = BootDocument['hosts']

/** What a machine has instead of DNS: the names of those it may talk to, and Nextcloud's own, which it uses for itself. */
export function hosts(moltagent: Moltagent, role: Role, facts: MachineFacts): Hosts {
  const instance = moltagent.metadata
  const service = (other: Role): Hosts =>
    facts.serviceAddresses[other].map((address) => ({ address, names: [machineHost(instance, other)] }))
  switch (role) {
    case 'agent':
      return [
        ...service('nextcloud'),
        ...service('ollama'),
        ...facts.gatewayAddresses.map((address) => ({ address, names: [gatewayHost(instance)] })),
      ]
    case 'nextcloud':
      return [{ address: '127.0.0.1', names: [machineHost(instance, role), moltagent.spec.nextcloud.hostname] }, ...service('agent')]
    case 'ollama':
      return []
    default:
      return role satisfies never
  }
}
