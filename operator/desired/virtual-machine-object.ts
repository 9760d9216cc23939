import type { Labels, Metadata } from './objects.ts'

export interface Disk {
  readonly name: string
  readonly serial: string
  readonly bootOrder?: number
  readonly disk: { readonly bus: 'virtio'; readonly readonly?: true }
}

export type Volume = { readonly name: string } & (
  | { readonly containerDisk: { readonly image: string; readonly imagePullPolicy: 'IfNotPresent' } }
  | { readonly persistentVolumeClaim: { readonly claimName: string } }
  | { readonly cloudInitNoCloud: { readonly secretRef: { readonly name: string } } }
)

export interface Devices {
  readonly autoattachGraphicsDevice: false
  readonly autoattachVSOCK: false
  readonly disableHotplug: true
  readonly rng: Readonly<Record<string, never>>
  readonly disks: readonly Disk[]
  readonly interfaces: readonly {
    readonly name: string
    readonly model: 'virtio'
    readonly masquerade: Readonly<Record<string, never>>
    readonly ports: readonly { readonly name: string; readonly protocol: 'TCP'; readonly port: number }[]
  }[]
  readonly gpus?: readonly { readonly name: string; readonly deviceName: string }[]
}

export interface MachineSpec {
  readonly domain: {
    readonly machine: { readonly type: 'q35' }
    readonly firmware: { readonly bootloader: { readonly bios: { readonly useSerial: boolean } } }
    readonly cpu: { readonly cores: number }
    readonly memory: { readonly guest: string }
    readonly devices: Devices
  }
  readonly networks: readonly { readonly name: string; readonly pod: Readonly<Record<string, never>> }[]
  readonly volumes: readonly Volume[]
  readonly dnsPolicy: 'None'
  readonly dnsConfig: { readonly nameservers: readonly string[] }
  readonly readinessProbe: {
    readonly guestAgentPing: Readonly<Record<string, never>>
    readonly initialDelaySeconds: number
    readonly periodSeconds: number
    readonly timeoutSeconds: number
    readonly failureThreshold: number
  }
  readonly evictionStrategy: 'LiveMigrateIfPossible' | 'None'
  readonly terminationGracePeriodSeconds: number
}

/** What we say of a KubeVirt machine. UUID, serial, MAC and architecture are KubeVirt's to fill in. */
export interface VirtualMachine {
  readonly apiVersion: 'kubevirt.io/v1'
  readonly kind: 'VirtualMachine'
  readonly metadata: Metadata
  readonly spec: {
    readonly runStrategy: 'Always' | 'Halted'
    readonly template: {
      readonly metadata: { readonly labels: Labels; readonly annotations: Readonly<Record<string, string>> }
      readonly spec: MachineSpec
    }
  }
}
