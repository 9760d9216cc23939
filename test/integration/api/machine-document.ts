import { ourLabels } from './touch-fixture.ts'

/** A small machine as the operator would write it, which real KubeVirt admits. Parts of the template's spec may be replaced. */
export function machineDocument(name: string, spec: object = {}): MachineDocument {
  const labels = ourLabels('agent')
  return {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachine',
    metadata: { name, labels },
    spec: { runStrategy: 'Always', template: { metadata: { labels }, spec: machineSpec(spec) } },
  }
}

interface MachineDocument {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels: object }
  readonly spec: MachineTemplate
}

interface MachineTemplate {
  readonly runStrategy: string
  readonly template: { readonly metadata: object; readonly spec: object }
}

export const machineSpec = (spec: object = {}): object => ({
  domain: {
    devices: { disks: [{ name: 'root', disk: { bus: 'virtio' } }], interfaces: [{ name: 'default', masquerade: {} }] },
    memory: { guest: '256Mi' },
  },
  networks: [{ name: 'default', pod: {} }],
  volumes: [{ name: 'root', containerDisk: { image: `registry.example.org/a@sha256:${'a'.repeat(64)}` } }],
  ...spec,
})

const disks = [{ name: 'root', disk: { bus: 'virtio' } }]
const memory = { guest: '256Mi' }

/** Ways out that NetworkPolicies do not see, with the refusal of each. */
export const waysOut: readonly { readonly what: string; readonly spec: object; readonly sentence: string }[] = [
  {
    what: 'a Multus network',
    spec: { networks: [{ name: 'default', multus: { networkName: 'lan' } }] },
    sentence: 'has the pod network alone: NetworkPolicies do not reach a Multus network',
  },
  {
    what: 'a bridge',
    spec: { domain: { memory, devices: { disks, interfaces: [{ name: 'default', bridge: {} }] } } },
    sentence: 'every interface of a Moltagent machine is masquerade',
  },
  {
    what: 'no interface, which means a bridge',
    spec: { domain: { memory, devices: { disks } }, networks: undefined },
    sentence: 'every interface of a Moltagent machine is masquerade',
  },
  {
    what: 'an interface that does not say how',
    spec: { domain: { memory, devices: { disks, interfaces: [{ name: 'default' }] } } },
    sentence: 'every interface of a Moltagent machine is masquerade',
  },
  {
    what: 'SR-IOV beside masquerade',
    spec: { domain: { memory, devices: { disks, interfaces: [{ name: 'default', masquerade: {}, sriov: {} }] } } },
    sentence: 'every interface of a Moltagent machine is masquerade',
  },
  {
    what: 'a binding plugin',
    spec: { domain: { memory, devices: { disks, interfaces: [{ name: 'default', binding: { name: 'passt' } }] } } },
    sentence: 'every interface of a Moltagent machine is masquerade',
  },
  {
    what: 'vsock',
    spec: { domain: { memory, devices: { disks, autoattachVSOCK: true, interfaces: [{ name: 'default', masquerade: {} }] } } },
    sentence: 'a Moltagent machine has no vsock',
  },
  {
    what: 'a ServiceAccount token',
    spec: { volumes: [{ name: 'root', serviceAccount: { serviceAccountName: 'default' } }] },
    sentence: 'nor a ServiceAccount token',
  },
  {
    what: 'a disk of the node',
    spec: { volumes: [{ name: 'root', hostDisk: { path: '/disk.img', type: 'Disk' } }] },
    sentence: 'gets neither a disk of the node',
  },
  {
    what: "the node's metrics",
    spec: { volumes: [{ name: 'root', downwardMetrics: {} }] },
    sentence: 'nor metrics of the node',
  },
]
