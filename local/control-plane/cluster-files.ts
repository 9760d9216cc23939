import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Where a cluster keeps its things. Folders exist; files may not. */
export interface ClusterFiles {
  readonly etcd: string
  /** Certificates and keys alone: KubeVirt's programs watch their folder and reload at every change in it. */
  readonly certificates: string
  readonly settings: string
  readonly logs: string
  readonly temporary: string
  readonly auditLog: string
  readonly kubeconfig: string
}

/** Makes the folders under `stateFolder`, for their owner's eyes only. */
export async function clusterFiles(stateFolder: string): Promise<ClusterFiles> {
  const folder = async (name: string): Promise<string> => {
    const path = join(stateFolder, name)
    await mkdir(path, { recursive: true, mode: 0o700 })
    return path
  }
  const logs = await folder('logs')
  return {
    etcd: await folder('etcd'),
    certificates: await folder('certificates'),
    settings: await folder('settings'),
    logs,
    temporary: await folder('tmp'),
    auditLog: join(logs, 'audit.log'),
    kubeconfig: join(stateFolder, 'kubeconfig'),
  }
}
