/** How collections are watched. */
export interface WatchSettings {
  readonly pageSize: number
  readonly listTimeoutMs: number
  readonly watchSeconds: number
  readonly idleMs: number
}

/** Bookmarks come about once a minute: half a minute more without one, and the connection is taken for dead. */
export const watchSettings: WatchSettings = { pageSize: 250, listTimeoutMs: 60_000, watchSeconds: 300, idleMs: 100_000 }
