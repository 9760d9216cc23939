export interface PlainMachineOptions {
  /** Last part of its image's name: instant guests do what it says. */
  readonly image?: string
  readonly graceSeconds?: number
  readonly bootSecret?: string
  readonly claim?: string
  readonly memory?: string
}

/** A VirtualMachine that has nothing to do with a Moltagent, for tests of the cluster itself. */
export function plainMachine(name: string, options: PlainMachineOptions = {}) {
  const { image = 'plain', graceSeconds = 5, bootSecret, claim, memory = '64Mi' } = options
  const volumes: object[] = [
    { name: 'root', containerDisk: { image: `registry.example/${image}:1` } },
    ...(bootSecret === undefined ? [] : [{ name: 'boot', cloudInitNoCloud: { secretRef: { name: bootSecret } } }]),
    ...(claim === undefined ? [] : [{ name: 'data', persistentVolumeClaim: { claimName: claim } }]),
  ]
  const disks = volumes.map((volume) => ({ name: (volume as { name: string }).name, disk: { bus: 'virtio' } }))
  return {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachine',
    metadata: { name },
    spec: {
      runStrategy: 'Always',
      template: {
        metadata: { labels: { example: name } },
        spec: {
          terminationGracePeriodSeconds: graceSeconds,
          domain: {
            resources: { requests: { memory } },
            devices: { disks, interfaces: [{ name: 'default', masquerade: {}, ports: [{ port: 443 }] }] },
          },
          networks: [{ name: 'default', pod: {} }],
          volumes,
        },
      },
    },
  }
}
