import type { KubernetesClient } from '../kubernetes/client.ts'
import type { ClusterFiles } from './cluster-files.ts'
import type { Credentials } from './credentials.ts'
import type { Binaries } from './programs.ts'

/** What every step of starting a cluster may use. */
export interface ClusterContext {
  readonly binaries: Binaries
  readonly files: ClusterFiles
  readonly credentials: Credentials
  /** The address that everything listens on. */
  readonly address: string
  readonly ports: {
    readonly etcd: number
    readonly etcdPeer: number
    readonly api: number
    readonly virtApi: number
    readonly virtApiConsole: number
    readonly virtController: number
  }
  /** Environment of every program. */
  readonly environment: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** etcd waits for the disk at every write. */
  readonly durable: boolean
}

/** A context whose API server answers. */
export interface RunningApi extends ClusterContext {
  readonly admin: KubernetesClient
}
