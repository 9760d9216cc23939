import type { Cluster } from '../../../operator/cluster/api-client.ts'
import { Limiter } from '../../../operator/controller/limiter.ts'
import type { RecordedWrite } from './recording-cluster.ts'

/** What one API server can take: the same writes with nothing between them, so many at once. Milliseconds until the last is stored. */
export async function plainLoop(
  cluster: Cluster,
  writes: readonly Pick<RecordedWrite, 'object' | 'manager' | 'subresource'>[],
  writers: number,
): Promise<number> {
  const limiter = new Limiter(writers)
  const startedMs = performance.now()
  await Promise.all(
    writes.map(({ object, manager, subresource }) =>
      limiter.run(() => cluster.apply(object, { manager, ...(subresource !== undefined && { subresource }) })),
    ),
  )
  return performance.now() - startedMs
}
