/** The one node. */
export const nodeName = 'local'

/** What this node offers by default: more than the machine has where nothing is measured against it, no hardware virtualisation. */
export const defaultCapacity: Readonly<Record<string, string>> = {
  cpu: '256',
  memory: '1Ti',
  pods: '10000',
  'ephemeral-storage': '1Ti',
  'devices.kubevirt.io/tun': '10000',
  'devices.kubevirt.io/vhost-net': '10000',
}

/** Kubernetes' name of an architecture that Node.js names. */
const architecture = (nodeArchitecture: string): string => (nodeArchitecture === 'x64' ? 'amd64' : nodeArchitecture)

/** Labels that a kubelet, and KubeVirt's labeller, would set. virt-launcher pods select by them. */
export function nodeLabels(nodeArchitecture: string): Readonly<Record<string, string>> {
  return {
    'kubernetes.io/arch': architecture(nodeArchitecture),
    'kubernetes.io/os': 'linux',
    'kubernetes.io/hostname': nodeName,
    'kubevirt.io/schedulable': 'true',
    'machine-type.node.kubevirt.io/q35': 'true',
  }
}

export interface NodeFacts {
  readonly labels: Readonly<Record<string, string>>
  readonly capacity: Readonly<Record<string, string>>
  readonly kubeletVersion: string
  readonly address: string
  /** Where the API server asks for containers' logs. */
  readonly kubeletPort: number
}

export function nodeObject({ labels }: NodeFacts): object {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName, labels } }
}

export function nodeStatus({ capacity, kubeletVersion, kubeletPort, address, labels }: NodeFacts, now: Date): object {
  return {
    capacity,
    allocatable: capacity,
    addresses: [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: nodeName },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    nodeInfo: {
      kubeletVersion,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: labels['kubernetes.io/arch'] ?? '',
      containerRuntimeVersion: 'moltagent-local://1',
      osImage: '',
      kernelVersion: '',
      machineID: nodeName,
      systemUUID: nodeName,
      bootID: nodeName,
    },
    conditions: [
      condition('Ready', 'True', 'KubeletReady', now),
      ...['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => condition(type, 'False', `KubeletHasNo${type}`, now)),
    ],
  }
}

const condition = (type: string, status: string, reason: string, now: Date): object => ({
  type,
  status,
  reason,
  message: 'the local node is up',
  lastHeartbeatTime: now.toISOString(),
  lastTransitionTime: now.toISOString(),
})
