import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterContext } from './cluster-context.ts'
import { identify, serverUrl, type User } from './identify.ts'
import { kubeconfig } from './kubeconfig.ts'

/** Writes a kubeconfig of `user` for the program `name` and answers its path. */
export async function writeKubeconfig(context: ClusterContext, name: string, user: User): Promise<string> {
  const path = join(context.files.settings, `${name}.kubeconfig`)
  const identity = await identify(context.credentials.cluster, serverUrl(context), user)
  await writeFile(path, kubeconfig(identity), { mode: 0o600 })
  return path
}
