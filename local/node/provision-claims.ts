import { mkdir, rm } from 'node:fs/promises'
import { z } from 'zod'
import { isApiError } from '../../operator/cluster/api-error.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import type { Claim } from './claim.ts'
import { volumeFolder } from './volume-folder.ts'

/** Name of the provisioner in StorageClasses; kube-controller-manager writes it on claims that wait for it. */
export const provisionerName = 'moltagent.cloud/local-folder'

/** The default StorageClass. */
export const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'local-folder', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: provisionerName,
  reclaimPolicy: 'Delete',
  allowVolumeExpansion: true,
}

const volumesPath = '/api/v1/persistentvolumes'
const provisionedBy = 'pv.kubernetes.io/provisioned-by'

export const volumeSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.looseObject({ persistentVolumeReclaimPolicy: z.string().optional() }),
  status: z.looseObject({ phase: z.string().optional() }).prefault({}),
})

export type Volume = z.infer<typeof volumeSchema>

/** Makes a folder and its PersistentVolume for a claim that waits for one; kube-controller-manager binds the two. */
export async function provisionClaim(client: KubernetesClient, claim: Claim, volumesFolder: string): Promise<void> {
  const { annotations, namespace, name, uid } = claim.metadata
  const waits = annotations['volume.kubernetes.io/storage-provisioner'] === provisionerName && claim.spec.volumeName === undefined
  if (!waits || claim.status.phase !== 'Pending') return
  const volumeName = `pvc-${uid}`
  const path = volumeFolder(volumesFolder, volumeName)
  await mkdir(path, { recursive: true, mode: 0o700 })
  const volume = {
    metadata: { name: volumeName, annotations: { [provisionedBy]: provisionerName } },
    spec: {
      capacity: { storage: claim.spec.resources.requests['storage'] ?? '1Gi' },
      accessModes: claim.spec.accessModes,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: claim.spec.storageClassName ?? '',
      hostPath: { path, type: 'Directory' },
    },
  }
  await client.request('POST', volumesPath, { body: volume }).catch((error: unknown) => {
    if (!isApiError(error, 409)) throw error
  })
}

/** Removes a volume of ours, with its files, when its claim is gone and its policy says so. */
export async function reclaimVolume(client: KubernetesClient, volume: Volume, volumesFolder: string): Promise<void> {
  const { name, annotations } = volume.metadata
  const isOurs = annotations[provisionedBy] === provisionerName
  if (!isOurs || volume.status.phase !== 'Released' || volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return
  await rm(volumeFolder(volumesFolder, name), { recursive: true, force: true })
  await client.request('DELETE', `${volumesPath}/${name}`).catch((error: unknown) => {
    if (!isApiError(error, 404)) throw error
  })
}
