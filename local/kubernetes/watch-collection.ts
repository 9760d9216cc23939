import type { Kind } from '../../operator/cluster/kinds.ts'
import { watchSource } from '../../operator/cluster/watch-source.ts'
import type { KubernetesObject } from '../../operator/cluster/kubernetes-object.ts'
import { systemClock } from '../../operator/controller/clock.ts'
import type { EngineLog } from '../../operator/controller/engine-log.ts'
import { reflect } from '../../operator/controller/reflector.ts'
import type { Entry } from '../../operator/controller/source.ts'
import { Store } from '../../operator/controller/store.ts'
import type { KubernetesClient } from './client.ts'

export interface CollectionOptions<T> {
  readonly client: KubernetesClient
  readonly kind: Kind
  readonly parse: (object: KubernetesObject) => T
  /** Called with the key of each object that is new, changed or gone. */
  readonly onChange: (key: string) => void
  readonly log: EngineLog
  readonly signal: AbortSignal
}

/** All objects of a kind, kept up to date. A key is `namespace/name`, or the name of a cluster-wide object. */
export interface Collection<T> {
  get(key: string): T | undefined
  values(): Iterable<T>
}

interface Held<T> extends Entry {
  readonly object: T
}

const backOff = { firstMs: 200, maximumMs: 5_000, random: Math.random }

/** Watches every object of a kind in all namespaces until the signal is aborted; answers once all that exist are there. */
export async function watchCollection<T>(options: CollectionOptions<T>): Promise<Collection<T>> {
  const { client, kind, parse, log, signal } = options
  const store = new Store<Held<T>>({ groupOf: () => undefined, onChange: ({ key }) => options.onChange(key) })
  const source = watchSource({
    connection: client.connection,
    kind,
    namespace: undefined,
    project: (object) => hold(object, parse),
    pageSize: 500,
    listTimeoutMs: 30_000,
    watchSeconds: 300,
    random: Math.random,
  })
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
    void reflect({ source, store, clock: systemClock, log, backOff, idleMs: 120_000, onSynced: resolve }, signal)
  })
  return {
    get: (key) => store.get(key)?.object,
    values: () => [...store.values()].map((held) => held.object),
  }
}

function hold<T>(object: KubernetesObject, parse: (object: KubernetesObject) => T): Held<T> {
  const { namespace, name, resourceVersion = '' } = object.metadata
  const key = namespace === undefined ? name : `${namespace}/${name}`
  return { key, resourceVersion, fingerprint: resourceVersion, object: parse(object) }
}
