import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { KubernetesClient } from '../../kubernetes/client.ts'
import { containerLogPath } from '../container-log.ts'
import type { PodAttachment } from '../guest.ts'
import type { Pod } from '../pod.ts'
import { containerCommand, type ImageFiles } from './container-command.ts'
import { containerEnvironment } from './container-environment.ts'
import { containerSpecSchema, type ContainerSpec } from './container-spec.ts'
import type { Launch } from './launch-container.ts'
import { createPodData } from './pod-data.ts'
import { fillVolumes, type VolumeParts } from './pod-volumes.ts'
import { RunningContainer } from './running-container.ts'
import { createTokenSource } from './service-account-token.ts'

export interface ProcessPodOptions {
  readonly pod: Pod
  readonly attachment: PodAttachment & { readonly netns: string }
  readonly kubelet: KubernetesClient
  readonly image: ImageFiles
  readonly canChangeUser: boolean
  readonly podsFolder: string
  readonly logsFolder: string
  readonly claimFolder: (claimName: string) => string
  readonly apiServer: { readonly host: string; readonly port: string }
  readonly now: () => Date
  readonly onChange: () => void
  readonly signal: AbortSignal
}

export interface ProcessPod {
  readonly attachment: PodAttachment
  readonly containers: readonly RunningContainer[]
  /** Ends its containers, SIGKILL after `graceMs`, and removes its files. */
  stop(graceMs: number): Promise<void>
}

const imagePath = '/app/node_modules/node/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** How often changed Secrets, ConfigMaps and tokens are brought into mounted volumes. */
const refreshMs = 30_000

/** Runs a pod of our own image as processes. Throws `NotThereYet` when a volume of it cannot be filled. */
export async function startProcessPod(options: ProcessPodOptions): Promise<ProcessPod> {
  const { pod, attachment } = options
  const folder = join(options.podsFolder, pod.metadata.uid)
  const data = createPodData(options.kubelet, pod.metadata.namespace, options.signal)
  const podIp = attachment.addresses[0] ?? ''
  const token = createTokenSource(options.kubelet, pod, options.now)
  const volumeParts: VolumeParts = { pod, folder, podIp, data, token, claimFolder: options.claimFolder }
  await mkdir(folder, { recursive: true, mode: 0o711 })
  const volumes = await fillVolumes(volumeParts)
  const refresh = setInterval(() => void fillVolumes(volumeParts).catch(() => undefined), refreshMs).unref()
  const common = { PATH: imagePath, KUBERNETES_SERVICE_HOST: options.apiServer.host, KUBERNETES_SERVICE_PORT: options.apiServer.port }
  const prepare = async (container: ContainerSpec): Promise<Launch> => {
    const root = join(folder, 'roots', container.name)
    await mkdir(root, { recursive: true })
    const environment = await containerEnvironment({ pod, container, podIp, data, common })
    const { image, canChangeUser } = options
    return {
      environment,
      command: containerCommand({ pod, container, environment, root, image, volumes, netns: attachment.netns, canChangeUser }),
    }
  }
  const containers = pod.spec.containers.map((raw) => {
    const spec = containerSpecSchema.parse(raw)
    const logFile = containerLogPath(options.logsFolder, pod.metadata, spec.name)
    return new RunningContainer({ spec, podIp, logFile, now: options.now, onChange: options.onChange, prepare: () => prepare(spec) })
  })
  return {
    attachment,
    containers,
    async stop(graceMs) {
      clearInterval(refresh)
      await Promise.all(containers.map((container) => container.stop(graceMs)))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
