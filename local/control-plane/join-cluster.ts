import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Identity } from '../kubernetes/identity.ts'
import type { KeyPair, Leaf } from './authority.ts'
import { clusterFiles } from './cluster-files.ts'
import { openCredentials } from './credentials.ts'
import { administrator, identify, type User } from './identify.ts'

const recordSchema = z.object({ server: z.string(), publicServer: z.string(), kubectl: z.string(), helm: z.string() })

/** What a start leaves in the state folder for `joinCluster`. */
export type ClusterRecord = z.infer<typeof recordSchema>

/** Who the API server is to the node. */
export const kubeletClientName = 'kube-apiserver-kubelet-client'

/** A running cluster, as its users see it. */
export interface Cluster {
  readonly stateFolder: string
  /** https://address:port */
  readonly server: string
  /** The administrator's kubeconfig (group system:masters), for use by a person on this machine. */
  readonly kubeconfigPath: string
  /** The same, for programs in the cluster's own network namespace, where it has one. */
  readonly internalKubeconfigPath: string
  readonly admin: Identity
  /** JSON lines; audit-policy.ts says which. */
  readonly auditLogPath: string
  readonly kubectl: string
  readonly helm: string
  /** A certificate for any user and groups: the cluster's administrator may be anybody. */
  identify(user: User): Promise<Identity>
  /** A certificate of the cluster's authority for anything else, such as a server on the node. */
  issue(leaf: Leaf): Promise<KeyPair>
}

const recordPath = (stateFolder: string): string => join(stateFolder, 'cluster.json')

export async function writeClusterRecord(stateFolder: string, record: ClusterRecord): Promise<void> {
  await writeFile(recordPath(stateFolder), JSON.stringify(record), { mode: 0o600 })
}

/** The cluster that runs from this state folder, started by whatever process. */
export async function joinCluster(stateFolder: string): Promise<Cluster> {
  const record = recordSchema.parse(JSON.parse(await readFile(recordPath(stateFolder), 'utf8')))
  const files = await clusterFiles(stateFolder)
  const { cluster } = await openCredentials(files.certificates)
  const admin = await identify(cluster, record.server, administrator)
  return {
    ...record,
    stateFolder,
    kubeconfigPath: files.kubeconfig,
    internalKubeconfigPath: join(files.settings, 'admin.kubeconfig'),
    admin,
    auditLogPath: files.auditLog,
    identify: (user) => identify(cluster, record.server, user),
    issue: (leaf) => cluster.issue(leaf),
  }
}
