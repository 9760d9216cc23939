import { selectorLabels } from '../api/labels.ts'
import type { Moltagent } from '../api/moltagent.ts'
import { objectNames } from '../api/object-names.ts'
import { roles } from '../api/roles.ts'
import { metadataFor } from './metadata-for.ts'
import { machinePorts, portName } from './network/machine-ports.ts'
import type { Service } from './objects.ts'
import type { ServiceAddresses } from './service-addresses.ts'

/** One Service a machine. A recorded address is asked for again: hosts files hold it, and a guest does not read a new one. */
export function services(moltagent: Moltagent, recorded: Partial<ServiceAddresses>): readonly Service[] {
  return roles.map((role) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataFor(moltagent, { name: objectNames.service(moltagent.metadata.name, role), role, owned: true }),
    spec: {
      type: 'ClusterIP',
      ...clusterAddresses(recorded[role] ?? []),
      ipFamilyPolicy: 'PreferDualStack',
      selector: selectorLabels(moltagent.metadata.uid, role),
      ports: machinePorts(role).map((port) => ({ name: portName(port), protocol: 'TCP', port, targetPort: port })),
    },
  }))
}

function clusterAddresses(addresses: readonly string[]): Pick<Service['spec'], 'clusterIP' | 'clusterIPs'> {
  const [first] = addresses
  return first === undefined ? {} : { clusterIP: first, clusterIPs: addresses }
}
