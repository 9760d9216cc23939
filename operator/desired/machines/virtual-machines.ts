import { labelsFor } from '../../api/labels.ts'
import type { Moltagent } from '../../api/moltagent.ts'
import { objectNames } from '../../api/object-names.ts'
import { type Role, roles } from '../../api/roles.ts'
import { annotationKeys } from '../annotation-keys.ts'
import type { MachineImages } from '../facts.ts'
import { metadataFor } from '../metadata-for.ts'
import { serviceAddressesText, type ServiceAddresses } from '../service-addresses.ts'
import type { VirtualMachine } from '../virtual-machine-object.ts'
import { machineSpec } from './machine-spec.ts'

export interface MachineInputs {
  readonly moltagent: Moltagent
  readonly images: MachineImages
  readonly serviceAddresses: ServiceAddresses
  /** By role: the digest of what its guest was, or will be, booted with. */
  readonly bootRevisions: Readonly<Record<Role, string>>
  /** Machines that must not run: all of a suspended instance, the agent's of a revoked one. */
  readonly halted: readonly Role[]
}

/** The three machines, in the order in which they are made. */
export function virtualMachines(inputs: MachineInputs): readonly VirtualMachine[] {
  return roles.map((role) => virtualMachine(role, inputs))
}

function virtualMachine(role: Role, inputs: MachineInputs): VirtualMachine {
  const { moltagent } = inputs
  return {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachine',
    metadata: metadataFor(moltagent, {
      name: objectNames.machine(moltagent.metadata.name, role),
      role,
      owned: true,
      annotations: { [annotationKeys.serviceAddresses]: serviceAddressesText(inputs.serviceAddresses) },
    }),
    spec: {
      runStrategy: inputs.halted.includes(role) ? 'Halted' : 'Always',
      template: {
        metadata: {
          labels: labelsFor(moltagent.metadata, role),
          annotations: { [annotationKeys.bootRevision]: inputs.bootRevisions[role] },
        },
        spec: machineSpec(moltagent, role, inputs.images),
      },
    },
  }
}
