import type { Limiter } from '../controller/limiter.ts'
import type { Cluster } from './api-client.ts'

/** A write was not sent, because this operator may no longer write: another one may lead. */
export class NotLeading extends Error {
  override readonly name = 'NotLeading'
}

export interface WriteGuard {
  readonly limiter: Limiter
  /** Asked again for every write, at the last moment. */
  readonly mayWrite: () => boolean
  readonly onWrite: (verb: 'apply' | 'create' | 'replace' | 'remove', kind: string) => void
}

/** A cluster that lets only so many writes run at once, and none once we may not write. Reading is free. */
export function guardedCluster(cluster: Cluster, guard: WriteGuard): Cluster {
  const write = <T>(verb: Parameters<WriteGuard['onWrite']>[0], kind: string, send: () => Promise<T>): Promise<T> =>
    guard.limiter.run(() => {
      if (!guard.mayWrite()) return Promise.reject(new NotLeading(`${verb} ${kind}: not sent, this operator does not lead any more`))
      guard.onWrite(verb, kind)
      return send()
    })
  return {
    get: cluster.get,
    list: cluster.list,
    apply: (object, options) => write('apply', object.kind, () => cluster.apply(object, options)),
    create: (object) => write('create', object.kind, () => cluster.create(object)),
    replace: (object) => write('replace', object.kind, () => cluster.replace(object)),
    remove: (kind, namespace, name, options) => write('remove', kind.kind, () => cluster.remove(kind, namespace, name, options)),
  }
}
