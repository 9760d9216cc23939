/** What the cache keeps of one object. Small on purpose: the whole object is let go as soon as it is projected. */
export interface Entry {
  /** `namespace/name`, or the bare name of a cluster-wide object. */
  readonly key: string
  readonly resourceVersion: string
  /** Equal fingerprints mean that nothing a reconcile looks at has changed. */
  readonly fingerprint: string
}

export interface Page<T> {
  readonly entries: readonly T[]
  readonly resourceVersion: string
  readonly continueToken: string | undefined
}

export type WatchEvent<T> =
  | { readonly type: 'stored'; readonly entry: T }
  | { readonly type: 'deleted'; readonly entry: T }
  | { readonly type: 'bookmark'; readonly resourceVersion: string }

/**
 * One collection of the API server, already projected. `watch` ends normally when the server closes the stream, throws
 * `ResourceVersionGone` when the server no longer remembers the version, and stops when the signal is aborted.
 */
export interface Source<T extends Entry> {
  readonly name: string
  readonly list: (continueToken: string | undefined, signal: AbortSignal) => Promise<Page<T>>
  readonly watch: (resourceVersion: string, signal: AbortSignal) => AsyncIterable<WatchEvent<T>>
}

/** HTTP 410 or a watch event with that code: only a new LIST helps. */
export class ResourceVersionGone extends Error {
  override readonly name = 'ResourceVersionGone'
}
