import { kinds } from '../cluster/kinds.ts'
import type { KeyedQueue } from '../controller/keyed-queue.ts'
import { projectObject } from '../reconcile/project-object.ts'
import type { Stores } from './stores.ts'
import { watch, type WatchWorld } from './watches.ts'

export interface SecretWatches {
  /** Starts or ends the watch of a namespace as Moltagents come and go. */
  readonly update: (namespace: string) => void
  readonly count: () => number
}

interface Options {
  readonly world: WatchWorld
  readonly stores: () => Stores
  readonly queue: Pick<KeyedQueue, 'add'>
  /** The operator's own namespace: always watched. */
  readonly home: string
}

/** One watch of Secrets' metadata for each namespace that has a Moltagent: no other namespace's Secrets are looked at. */
export function secretWatches(options: Options, signal: AbortSignal): SecretWatches {
  const running = new Map<string, AbortController>()

  const start = (namespace: string): void => {
    const stop = new AbortController()
    running.set(namespace, stop)
    const { secrets, moltagents } = options.stores()
    // What waited for this namespace, or for the operator's own, goes on.
    const onSynced = (): void => {
      const waiting = namespace === options.home ? [...moltagents.values()] : moltagents.group(namespace)
      for (const { key } of waiting) options.queue.add(key)
    }
    const watched = { kind: kinds.secret, scope: namespace, stores: secrets, project: projectObject, metadataOnly: true, onSynced }
    void watch(options.world, watched, AbortSignal.any([signal, stop.signal]))
  }

  const update = (namespace: string): void => {
    const { moltagents, secrets } = options.stores()
    const isWanted = namespace === options.home || moltagents.group(namespace).length > 0
    const current = running.get(namespace)
    if (isWanted && current === undefined) start(namespace)
    if (!isWanted && current !== undefined) {
      running.delete(namespace)
      current.abort()
      secrets.close(namespace)
    }
  }
  return { update, count: () => running.size }
}
