import { runOperator, type OperatorEnd } from '../../../operator/assembly/run-operator.ts'
import type { Cluster } from '../../../operator/cluster/api-client.ts'
import { systemClock } from '../../../operator/controller/clock.ts'
import type { EngineLog } from '../../../operator/controller/engine-log.ts'
import { createMetrics } from '../../../operator/metrics.ts'
import type { OperatorConfig } from '../../../operator/config.ts'
import type { Identity } from '../../../local/kubernetes/identity.ts'
import { eventually } from '../eventually.ts'
import { silentLog } from '../silent-log.ts'
import { connectAs } from './connect-as.ts'

export interface RunningOperator {
  readonly stop: () => Promise<OperatorEnd>
  readonly ended: Promise<OperatorEnd>
}

interface Options {
  readonly identity: Identity
  readonly config: OperatorConfig
  readonly log?: EngineLog
  readonly aroundCluster?: (cluster: Cluster) => Cluster
}

/** The whole operator in this process, but for signals and the health server. Resolves when its caches are filled. */
export async function startOperator({ identity, config, log = silentLog, aroundCluster }: Options): Promise<RunningOperator> {
  const connection = connectAs(identity)
  const abort = new AbortController()
  let ready = false
  const world = {
    config,
    connection,
    clock: systemClock,
    log,
    metrics: createMetrics(),
    memoryBytes: () => process.memoryUsage.rss(),
    onReady: () => (ready = true),
    ...(aroundCluster !== undefined && { aroundCluster }),
  }
  const ended = runOperator(world, abort.signal).finally(() => connection.close())
  let failure: Error | undefined
  ended.catch((error: unknown) => (failure = error instanceof Error ? error : new Error(String(error))))
  await eventually('the operator is ready', () => {
    if (failure !== undefined) throw failure
    return ready
  })
  const stop = (): Promise<OperatorEnd> => {
    abort.abort()
    return ended
  }
  return { stop, ended }
}
