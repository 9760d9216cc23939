import type { Moltagent } from '../../api/moltagent.ts'
import { objectNames } from '../../api/object-names.ts'
import type { Role } from '../../api/roles.ts'
import { modelDisk } from '../boot/boot-documents.ts'
import type { MachineImages } from '../facts.ts'
import type { Disk, Volume } from '../virtual-machine-object.ts'

interface Storage {
  readonly disks: readonly Disk[]
  readonly volumes: readonly Volume[]
}

const plainDisk = (name: string): Disk => ({ name, serial: name, disk: { bus: 'virtio' } })

const containerDisk = (name: string, image: string): Volume => ({ name, containerDisk: { image, imagePullPolicy: 'IfNotPresent' } })

/** A machine's disks, told apart in the guest by serial: `root`, `data`, `model-0…`, `boot`. The root disk alone is booted from. */
export function storageOf(moltagent: Moltagent, role: Role, images: MachineImages): Storage {
  const models = role === 'ollama' ? images.models : []
  const hasData = role !== 'ollama'
  return {
    disks: [
      { ...plainDisk('root'), bootOrder: 1 },
      ...(hasData ? [plainDisk('data')] : []),
      ...models.map((_, index): Disk => ({ ...plainDisk(modelDisk(index)), disk: { bus: 'virtio', readonly: true } })),
      plainDisk('boot'),
    ],
    volumes: [
      containerDisk('root', images[role]),
      ...(hasData ? [{ name: 'data', persistentVolumeClaim: { claimName: objectNames.dataClaim(moltagent.metadata.name, role) } }] : []),
      ...models.map(({ image }, index) => containerDisk(modelDisk(index), image)),
      { name: 'boot', cloudInitNoCloud: { secretRef: { name: objectNames.bootSecret(moltagent.metadata.name, role) } } },
    ],
  }
}
