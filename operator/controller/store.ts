import type { Entry } from './source.ts'

export interface Change<T> {
  readonly key: string
  readonly previous: T | undefined
  readonly next: T | undefined
}

/** Versions of one collection are compared as integers, as Kubernetes promises since 1.35 and etcd has always made them. */
const isNewer = (version: string, than: string): boolean => (version.length === than.length ? version > than : version.length > than.length)

export interface StoreOptions<T> {
  /** Entries with the same group are found together, e.g. all children of one resource. */
  readonly groupOf: (entry: T) => string | undefined
  /** Called after each change of what a reconcile looks at; must not throw. */
  readonly onChange: (change: Change<T>) => void
}

/**
 * The cache of one collection. The reflector feeds it; a writer may put in what the server answered (`observe`), so that the next
 * reconcile sees its own writes without waiting for the watch. An older version never replaces a newer one, and an object that the
 * watch has already reported deleted does not come back by a late answer.
 */
export class Store<T extends Entry> {
  readonly #entries = new Map<string, T>()
  readonly #groups = new Map<string, Set<string>>()
  readonly #options: StoreOptions<T>
  #progress = '0'
  #synced = false

  constructor(options: StoreOptions<T>) {
    this.#options = options
  }

  get size(): number {
    return this.#entries.size
  }

  /** True once a complete LIST has been taken in. */
  get synced(): boolean {
    return this.#synced
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)
  }

  values(): IterableIterator<T> {
    return this.#entries.values()
  }

  group(name: string): readonly T[] {
    const keys = this.#groups.get(name)
    if (keys === undefined) return []
    return [...keys].map((key) => this.#entries.get(key)).filter((entry) => entry !== undefined)
  }

  /** An event of the watch: it also tells how far the watch has come. */
  stored(entry: T): void {
    this.advance(entry.resourceVersion)
    this.#put(entry)
  }

  deleted(entry: T): void {
    this.advance(entry.resourceVersion)
    const current = this.#entries.get(entry.key)
    if (current !== undefined && !isNewer(current.resourceVersion, entry.resourceVersion)) this.#drop(current)
  }

  /** What a write was answered with. Ignored where the watch has passed that version: it has told, or will tell, the rest. */
  observe(entry: T): void {
    if (isNewer(entry.resourceVersion, this.#progress)) this.#put(entry)
  }

  advance(resourceVersion: string): void {
    if (isNewer(resourceVersion, this.#progress)) this.#progress = resourceVersion
  }

  put(entry: T): void {
    this.#put(entry)
  }

  /** Starts a LIST. One older than what the watch has told means that the server's data was restored from a backup: nothing known counts. */
  beginList(resourceVersion: string): void {
    if (!isNewer(this.#progress, resourceVersion)) return
    this.#progress = '0'
    this.clear()
  }

  /** Ends a LIST: what it did not show and is not newer than it has been deleted while nobody watched. */
  finishList(shown: ReadonlySet<string>, resourceVersion: string): void {
    for (const entry of this.#entries.values()) {
      if (!shown.has(entry.key) && !isNewer(entry.resourceVersion, resourceVersion)) this.#drop(entry)
    }
    this.advance(resourceVersion)
    this.#synced = true
  }

  /** Forgets everything, telling of each: for a collection that is no longer watched. */
  clear(): void {
    for (const entry of this.#entries.values()) this.#drop(entry)
    this.#synced = false
  }

  #put(entry: T): void {
    const previous = this.#entries.get(entry.key)
    if (previous !== undefined && !isNewer(entry.resourceVersion, previous.resourceVersion)) return
    this.#entries.set(entry.key, entry)
    if (previous !== undefined) this.#ungroup(previous)
    const group = this.#options.groupOf(entry)
    if (group !== undefined) this.#groups.set(group, (this.#groups.get(group) ?? new Set()).add(entry.key))
    if (previous?.fingerprint !== entry.fingerprint) this.#options.onChange({ key: entry.key, previous, next: entry })
  }

  #drop(entry: T): void {
    this.#entries.delete(entry.key)
    this.#ungroup(entry)
    this.#options.onChange({ key: entry.key, previous: entry, next: undefined })
  }

  #ungroup(entry: T): void {
    const group = this.#options.groupOf(entry)
    if (group === undefined) return
    const keys = this.#groups.get(group)
    keys?.delete(entry.key)
    if (keys?.size === 0) this.#groups.delete(group)
  }
}
