import type { Clock } from './clock.ts'
import type { EngineLog } from './engine-log.ts'
import type { KeyedQueue } from './keyed-queue.ts'

/** What a reconcile asks for next. It never sleeps itself. */
export type Outcome = { readonly requeueAfterMs: number | undefined }

export interface WorkOptions {
  readonly queue: KeyedQueue
  readonly workers: number
  readonly clock: Clock
  readonly log: EngineLog
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<Outcome>
  readonly onReconciled?: (result: { readonly key: string; readonly durationMs: number; readonly failed: boolean }) => void
}

/** Reconciles keys with so many workers until the queue is closed; resolves when the last worker has finished. */
export async function work(options: WorkOptions, signal: AbortSignal): Promise<void> {
  const close = (): void => options.queue.close()
  if (signal.aborted) close()
  signal.addEventListener('abort', close, { once: true })
  await Promise.all(Array.from({ length: options.workers }, () => worker(options, signal)))
  signal.removeEventListener('abort', close)
}

async function worker(options: WorkOptions, signal: AbortSignal): Promise<void> {
  for (;;) {
    const key = await options.queue.take()
    if (key === undefined) return
    await one(options, key, signal)
    options.queue.done(key)
  }
}

async function one(options: WorkOptions, key: string, signal: AbortSignal): Promise<void> {
  const { clock, log, queue } = options
  const startedMs = clock.monotonicMs()
  let failed = false
  try {
    const outcome = await options.reconcile(key, signal)
    queue.succeeded(key)
    if (outcome.requeueAfterMs !== undefined) queue.addAfter(key, outcome.requeueAfterMs)
  } catch (error) {
    failed = true
    const retryMs = queue.failed(key)
    if (!signal.aborted) log.warn({ key, err: error, retryMs }, 'reconcile failed, trying again')
  }
  options.onReconciled?.({ key, durationMs: clock.monotonicMs() - startedMs, failed })
}
