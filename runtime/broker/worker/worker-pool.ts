import type { WorkerProcess } from './worker-process.ts'

export interface WorkerPoolOptions {
  readonly start: () => WorkerProcess | undefined
  /** Workers kept waiting. */
  readonly idle: number
  /** Most workers at once, waiting or working. */
  readonly most: number
}

export interface WorkerPool {
  /** A worker that nobody else ever had; `undefined` when too many work. It is the caller's to end. */
  readonly take: () => WorkerProcess | undefined
  readonly count: () => { readonly idle: number; readonly working: number }
  /** Ends all workers at once and starts no other. Resolves when they are gone. */
  readonly destroy: () => Promise<void>
}

/** Workers forked ahead of need, each for a single use. A waiting one that dies is replaced at the next use. */
export function createWorkerPool({ start, idle, most }: WorkerPoolOptions): WorkerPool {
  const waiting = new Set<WorkerProcess>()
  const working = new Set<WorkerProcess>()
  let isDestroyed = false

  const startOne = (): void => {
    if (isDestroyed || waiting.size >= idle || waiting.size + working.size >= most) return
    const worker = start()
    if (worker === undefined) return
    waiting.add(worker)
    worker.gone.then(() => {
      waiting.delete(worker)
      if (working.delete(worker)) fill()
    }, fill)
  }
  const fill = (): void => {
    for (let missing = idle - waiting.size; missing > 0; missing -= 1) startOne()
  }

  fill()
  return {
    take: () => {
      if (waiting.size === 0) startOne()
      const [worker] = waiting
      if (worker === undefined || isDestroyed) return undefined
      waiting.delete(worker)
      working.add(worker)
      fill()
      return worker
    },
    count: () => ({ idle: waiting.size, working: working.size }),
    destroy: async () => {
      isDestroyed = true
      const all = [...waiting, ...working]
      for (const worker of all) worker.kill()
      await Promise.all(all.map(({ gone }) => gone))
    },
  }
}
