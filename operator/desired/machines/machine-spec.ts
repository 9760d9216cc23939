import type { Moltagent } from '../../api/moltagent.ts'
import type { Role } from '../../api/roles.ts'
import { canonicalQuantity } from '../canonical-quantity.ts'
import type { MachineImages } from '../facts.ts'
import { machinePorts, portName } from '../network/machine-ports.ts'
import type { Devices, MachineSpec } from '../virtual-machine-object.ts'
import { storageOf } from './disks.ts'

/** How long a guest may take to shut down. Nextcloud has a database to close. */
const terminationGraceSeconds: Readonly<Record<Role, number>> = { nextcloud: 180, agent: 30, ollama: 30 }

/**
 * What a node's drain does. The agent's memory, which holds sessions, never travels: it is shut down and enrols anew elsewhere.
 */
const evictionStrategies: Readonly<Record<Role, MachineSpec['evictionStrategy']>> = {
  nextcloud: 'LiveMigrateIfPossible',
  agent: 'None',
  ollama: 'LiveMigrateIfPossible',
}

const networkName = 'default'

function gpus(moltagent: Moltagent): Pick<Devices, 'gpus'> {
  const { gpu } = moltagent.spec.ollama
  if (gpu === undefined) return {}
  return { gpus: Array.from({ length: gpu.count }, (_, index) => ({ name: `gpu-${index}`, deviceName: gpu.deviceName })) }
}

/** The one network interface is masquerade with the matrix's ports; KubeVirt's own default would be a bridge with all of them. */
function devices(moltagent: Moltagent, role: Role, disks: Devices['disks']): Devices {
  return {
    autoattachGraphicsDevice: false,
    autoattachVSOCK: false,
    disableHotplug: true,
    rng: {},
    disks,
    interfaces: [
      {
        name: networkName,
        model: 'virtio',
        masquerade: {},
        ports: machinePorts(role).map((port) => ({ name: portName(port), protocol: 'TCP', port })),
      },
    ],
    ...(role === 'ollama' && gpus(moltagent)),
  }
}

/** The machine that KubeVirt runs for a role: the VM contract that the images are built to. */
export function machineSpec(moltagent: Moltagent, role: Role, images: MachineImages): MachineSpec {
  const { cpu, memory } = moltagent.spec[role].resources
  const { disks, volumes } = storageOf(moltagent, role, images)
  return {
    domain: {
      machine: { type: 'q35' },
      firmware: { bootloader: { bios: { useSerial: false } } },
      cpu: { cores: cpu },
      memory: { guest: canonicalQuantity(memory) },
      devices: devices(moltagent, role, disks),
    },
    networks: [{ name: networkName, pod: {} }],
    volumes,
    // The pod's own resolver would be handed on to the guest by DHCP. No machine has DNS: this one refuses at once.
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['127.0.0.1'] },
    // By the guest agent, because a probe over the network comes from the node, which policies shut out on some plugins.
    readinessProbe: { guestAgentPing: {}, initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
    evictionStrategy: evictionStrategies[role],
    terminationGracePeriodSeconds: terminationGraceSeconds[role],
  }
}
