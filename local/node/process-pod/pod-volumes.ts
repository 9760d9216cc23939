import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Pod } from '../pod.ts'
import type { Data, DataKind, PodData } from './pod-data.ts'
import { podField } from './pod-field.ts'

const itemsSchema = z.array(z.object({ key: z.string(), path: z.string() })).optional()
const downwardSchema = z.object({ items: z.array(z.object({ path: z.string(), fieldRef: z.object({ fieldPath: z.string() }) })) })

const sourceSchema = z.looseObject({
  secret: z
    .object({ secretName: z.string().optional(), name: z.string().optional(), items: itemsSchema, optional: z.boolean().default(false) })
    .optional(),
  configMap: z.object({ name: z.string(), items: itemsSchema, optional: z.boolean().default(false) }).optional(),
  downwardAPI: downwardSchema.optional(),
  serviceAccountToken: z
    .object({ path: z.string(), audience: z.string().optional(), expirationSeconds: z.number().default(3600) })
    .optional(),
})

const volumeSchema = sourceSchema.extend({
  name: z.string(),
  emptyDir: z.looseObject({}).optional(),
  projected: z.object({ sources: z.array(sourceSchema) }).optional(),
  persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
})

type Source = z.infer<typeof sourceSchema>

export interface VolumeParts {
  readonly pod: Pod
  /** Folder of this pod; each volume is a folder in it. */
  readonly folder: string
  readonly podIp: string
  readonly data: PodData
  readonly claimFolder: (claimName: string) => string
  /** A token of the pod's ServiceAccount, new or still good for long. */
  readonly token: (request: { readonly audience?: string | undefined; readonly expirationSeconds: number }) => Promise<string>
}

/** Where each volume of the pod is on this machine, filled. Call it again to bring changed Secrets, ConfigMaps and tokens in; readers see old or new, never half. */
export async function fillVolumes(parts: VolumeParts): Promise<ReadonlyMap<string, string>> {
  const places = new Map<string, string>()
  for (const raw of parts.pod.spec.volumes) {
    const volume = volumeSchema.parse(raw)
    places.set(volume.name, await fillVolume(parts, volume))
  }
  return places
}

async function fillVolume(parts: VolumeParts, volume: z.infer<typeof volumeSchema>): Promise<string> {
  if (volume.persistentVolumeClaim) return parts.claimFolder(volume.persistentVolumeClaim.claimName)
  const place = join(parts.folder, 'volumes', volume.name)
  await mkdir(place, { recursive: true })
  // The pod's user is another one than ours, and may write in an emptyDir.
  await chmod(place, volume.emptyDir ? 0o777 : 0o755)
  const sources = volume.projected?.sources ?? (volume.emptyDir ? [] : [volume])
  const files: Record<string, Buffer> = {}
  for (const source of sources) Object.assign(files, await filesOf(parts, source))
  for (const [path, content] of Object.entries(files)) await writeWhole(join(place, path), content)
  return place
}

async function filesOf(parts: VolumeParts, source: Source): Promise<Record<string, Buffer>> {
  const { secret, configMap, downwardAPI, serviceAccountToken } = source
  if (secret)
    return pick(await parts.data.read('secret' satisfies DataKind, secret.secretName ?? secret.name ?? '', secret.optional), secret.items)
  if (configMap) return pick(await parts.data.read('configMap', configMap.name, configMap.optional), configMap.items)
  if (serviceAccountToken) return { [serviceAccountToken.path]: Buffer.from(await parts.token(serviceAccountToken)) }
  const items = downwardAPI?.items ?? []
  return Object.fromEntries(items.map(({ path, fieldRef }) => [path, Buffer.from(podField(parts.pod, fieldRef.fieldPath, parts.podIp))]))
}

function pick(data: Data | undefined, items: z.infer<typeof itemsSchema>): Record<string, Buffer> {
  if (data === undefined) return {}
  if (items === undefined) return { ...data }
  return Object.fromEntries(items.flatMap(({ key, path }) => (data[key] ? [[path, data[key]]] : [])))
}

async function writeWhole(path: string, content: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const aside = join(dirname(path), '..data-partial')
  await rm(aside, { force: true })
  await writeFile(aside, content, { mode: 0o644 })
  await rename(aside, path)
}
