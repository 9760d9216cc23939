import { backOffMs, type BackOff } from './back-off.ts'
import type { Clock } from './clock.ts'
import type { EngineLog } from './engine-log.ts'
import { sleep } from './sleep.ts'
import { ResourceVersionGone, type Entry, type Source } from './source.ts'
import type { Store } from './store.ts'

export interface ReflectorOptions<T extends Entry> {
  readonly source: Source<T>
  readonly store: Store<T>
  readonly clock: Clock
  readonly log: EngineLog
  readonly backOff: BackOff
  /** A watch on which neither event nor bookmark came for so long is taken for half-open. Must be longer than the server's bookmark interval (about 60 s). */
  readonly idleMs: number
  readonly onSynced?: () => void
}

class WatchIdle extends Error {
  override readonly name = 'WatchIdle'
}

/**
 * Keeps the store equal to the collection until the signal is aborted: LIST in pages, then WATCH from its version, again from the last
 * version seen after each end or failure, and a new LIST (with the deletes that were missed) after 410. It does not reject.
 */
export async function reflect<T extends Entry>(options: ReflectorOptions<T>, signal: AbortSignal): Promise<void> {
  const { clock, log, source } = options
  let resourceVersion: string | undefined
  let failures = 0
  while (!signal.aborted) {
    const startedMs = clock.monotonicMs()
    try {
      resourceVersion ??= await listAll(options, signal)
      resourceVersion = await follow(options, resourceVersion, signal)
      // A server that closes each watch at once must not be hammered.
      failures = clock.monotonicMs() - startedMs < 1000 ? failures + 1 : 0
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      resourceVersion = error instanceof WatchFailed ? error.resourceVersion : undefined
      report(log, source.name, error, failures)
    }
    if (failures > 0) await sleep(clock, backOffMs(options.backOff, failures), signal)
  }
}

/** A watch that broke, with where to take it up again; undefined asks for a new LIST. */
class WatchFailed extends Error {
  override readonly name = 'WatchFailed'
  readonly resourceVersion: string | undefined

  constructor(resourceVersion: string | undefined, cause: unknown) {
    super('watch broke', { cause })
    this.resourceVersion = resourceVersion
  }
}

function report(log: EngineLog, collection: string, error: unknown, failures: number): void {
  const cause = error instanceof WatchFailed ? error.cause : error
  const fields = { collection, failures, err: cause }
  if (cause instanceof ResourceVersionGone || cause instanceof WatchIdle) log.debug(fields, 'watch is started anew')
  else log.warn(fields, 'watching failed, trying again')
}

async function listAll<T extends Entry>(options: ReflectorOptions<T>, signal: AbortSignal): Promise<string> {
  const shown = new Set<string>()
  let continueToken: string | undefined
  for (;;) {
    const page = await options.source.list(continueToken, signal)
    if (continueToken === undefined) options.store.beginList(page.resourceVersion)
    for (const entry of page.entries) {
      shown.add(entry.key)
      options.store.put(entry)
    }
    continueToken = page.continueToken
    if (continueToken === undefined) {
      options.store.finishList(shown, page.resourceVersion)
      options.onSynced?.()
      return page.resourceVersion
    }
  }
}

/** One watch; resolves with the version to go on from. */
async function follow<T extends Entry>(options: ReflectorOptions<T>, from: string, signal: AbortSignal): Promise<string> {
  const idle = new AbortController()
  let cancelIdle = options.clock.after(options.idleMs, () => idle.abort())
  let version = from
  try {
    for await (const event of options.source.watch(from, AbortSignal.any([signal, idle.signal]))) {
      cancelIdle()
      cancelIdle = options.clock.after(options.idleMs, () => idle.abort())
      version = event.type === 'bookmark' ? event.resourceVersion : event.entry.resourceVersion
      if (event.type === 'stored') options.store.stored(event.entry)
      else if (event.type === 'deleted') options.store.deleted(event.entry)
      else options.store.advance(version)
    }
    if (idle.signal.aborted) throw new WatchIdle(`no event and no bookmark for ${options.idleMs} ms`)
    return version
  } catch (error) {
    if (error instanceof ResourceVersionGone) throw new WatchFailed(undefined, error)
    throw new WatchFailed(version, idle.signal.aborted ? new WatchIdle(`no event and no bookmark for ${options.idleMs} ms`) : error)
  } finally {
    cancelIdle()
  }
}
