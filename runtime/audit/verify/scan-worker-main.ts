import { parentPort, workerData } from 'node:worker_threads'
import { readableLogFiles } from '../node-log-files.ts'
import type { SegmentFrame } from './diagnose-segment.ts'
import { scanSegment } from './scan-segment.ts'

/** What the thread is started with. */
export interface ScanWorkerData {
  readonly folder: string
  readonly clockToleranceMs: number
}

const { folder, clockToleranceMs } = workerData as ScanWorkerData
const files = readableLogFiles(folder)

parentPort?.on('message', ({ id, frame }: { readonly id: number; readonly frame: SegmentFrame }) => {
  const answer = (value: object): void => parentPort?.postMessage({ id, ...value }, [])
  scanSegment(files, frame, { clockToleranceMs }).then(
    (scan) => answer({ scan }),
    (error: unknown) => answer({ error: error instanceof Error ? error.message : String(error) }),
  )
})
