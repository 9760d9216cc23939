import { Worker } from 'node:worker_threads'
import type { SegmentFrame } from './diagnose-segment.ts'
import type { SegmentScan } from './scan-segment.ts'
import type { ScanWorkerData } from './scan-worker-main.ts'
import type { SegmentScanner } from './verify-segments.ts'

interface Pending {
  readonly resolve: (scan: SegmentScan) => void
  readonly reject: (error: Error) => void
}

/** Scans a log's segments in worker threads, one segment a thread at a time. `close` it in the end. */
export class ScanPool implements SegmentScanner {
  readonly #workers: readonly Worker[]
  readonly #pending = new Map<number, Pending>()
  #next = 0

  constructor(data: ScanWorkerData, threads: number) {
    this.#workers = Array.from({ length: threads }, () => this.#start(data))
  }

  /** Two segments a thread are under way, so that none waits for the one that is being judged. */
  get concurrency(): number {
    return this.#workers.length * 2
  }

  scan(frame: SegmentFrame): Promise<SegmentScan> {
    const id = this.#next
    this.#next += 1
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      this.#workers[id % this.#workers.length]?.postMessage({ id, frame })
    })
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  #start(data: ScanWorkerData): Worker {
    const worker = new Worker(new URL(`./scan-worker-main${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url), {
      workerData: data,
    })
    worker.on('message', ({ id, scan, error }: { id: number; scan?: SegmentScan; error?: string }) => {
      const pending = this.#pending.get(id)
      this.#pending.delete(id)
      if (scan)
        pending?.resolve({
          ...scan,
          leaves: asBuffer(scan.leaves),
          unfinished: { ...scan.unfinished, bytes: asBuffer(scan.unfinished.bytes) },
        })
      else pending?.reject(new Error(error))
    })
    worker.on('error', (error) => {
      for (const { reject } of this.#pending.values()) reject(error instanceof Error ? error : new Error(String(error)))
      this.#pending.clear()
    })
    return worker
  }
}

/** A Buffer arrives from another thread as a plain Uint8Array. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
