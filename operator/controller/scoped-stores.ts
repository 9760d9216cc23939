import type { Entry } from './source.ts'
import { Store, type StoreOptions } from './store.ts'

/** What readers need of a cache, be it of one collection or of several. */
export interface Cache<T extends Entry> {
  readonly get: (key: string) => T | undefined
  readonly group: (name: string) => readonly T[]
  readonly values: () => IterableIterator<T>
  readonly observe: (entry: T) => void
}

/** Every collection in one: all namespaces together. */
export const everywhere = ''

/**
 * The cache of one kind, watched in all namespaces at once or in some, each a collection with a LIST and a version of its own.
 * Keys are `namespace/name`.
 */
export class ScopedStores<T extends Entry> implements Cache<T> {
  readonly #stores = new Map<string, Store<T>>()
  readonly #options: StoreOptions<T>

  constructor(options: StoreOptions<T>) {
    this.#options = options
  }

  /** The store of a namespace, made when it is first asked for. */
  open(scope: string): Store<T> {
    const store = this.#stores.get(scope) ?? new Store(this.#options)
    this.#stores.set(scope, store)
    return store
  }

  /** The store that holds a namespace's objects; undefined where it is not watched. */
  of(namespace: string): Store<T> | undefined {
    return this.#stores.get(namespace) ?? this.#stores.get(everywhere)
  }

  close(scope: string): void {
    this.#stores.get(scope)?.clear()
    this.#stores.delete(scope)
  }

  get size(): number {
    return [...this.#stores.values()].reduce((sum, store) => sum + store.size, 0)
  }

  get synced(): boolean {
    return [...this.#stores.values()].every((store) => store.synced)
  }

  get(key: string): T | undefined {
    return this.of(namespaceOf(key))?.get(key)
  }

  group(name: string): readonly T[] {
    return [...this.#stores.values()].flatMap((store) => store.group(name))
  }

  *values(): IterableIterator<T> {
    for (const store of this.#stores.values()) yield* store.values()
  }

  observe(entry: T): void {
    this.of(namespaceOf(entry.key))?.observe(entry)
  }
}

const namespaceOf = (key: string): string => key.slice(0, Math.max(key.indexOf('/'), 0))
