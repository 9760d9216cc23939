import type { LeaseEnd, LeaseHead, LeaseJob } from './lease-job.ts'
import type { WorkerProcess } from './worker-process.ts'
import { encodeData, encodeFrame, encodeJsonFrame, FrameDecoder, type Frame } from '../../protocol/broker-frame.ts'

export interface LeaseRequest {
  readonly worker: WorkerProcess
  readonly job: LeaseJob
  /** Copies made for this use: zeroed once written. */
  readonly authorization: Buffer
  readonly session: Buffer
  readonly body: Buffer
  readonly signal: AbortSignal
  readonly onHead: (head: LeaseHead) => void
  readonly onData: (bytes: Buffer) => Promise<void> | undefined
}

function writeSecret(request: LeaseRequest, secret: Buffer): void {
  const frame = encodeFrame('secret', secret)
  secret.fill(0)
  request.worker.input.write(frame, () => void frame.fill(0))
}

function sendJob(request: LeaseRequest): void {
  const { input } = request.worker
  input.write(encodeJsonFrame('header', request.job))
  writeSecret(request, request.authorization)
  writeSecret(request, request.session)
  for (const frame of encodeData(request.body)) input.write(frame)
  input.write(encodeJsonFrame('end', {}))
}

const workerDied: LeaseEnd = { ok: false, code: 'worker-died', message: 'using a credential: its worker ended early', showMs: 0 }

/** Acts on one frame of the worker's answer; the end frame's content when it is there. */
async function take(request: LeaseRequest, frame: Frame): Promise<LeaseEnd | undefined> {
  if (frame.kind === 'data') await request.onData(frame.payload)
  // The worker is our own program: what it writes is not parsed a second time.
  if (frame.kind === 'header') request.onHead(JSON.parse(frame.payload.toString('utf8')) as LeaseHead)
  return frame.kind === 'end' ? (JSON.parse(frame.payload.toString('utf8')) as LeaseEnd) : undefined
}

async function readAnswer(request: LeaseRequest): Promise<LeaseEnd> {
  const decoder = new FrameDecoder()
  for await (const chunk of request.worker.output) {
    for (const frame of decoder.push(chunk as Buffer)) {
      const end = await take(request, frame)
      if (end !== undefined) return end
    }
  }
  return workerDied
}

/**
 * Has a fresh worker use a credential once, and ends the worker. Rejects only with what the callbacks throw; a failed use is
 * an answer with `ok: false`.
 */
export async function runLeaseInWorker(request: LeaseRequest): Promise<LeaseEnd> {
  const { worker, signal } = request
  const onAbort = (): void => worker.kill()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    if (signal.aborted) return { ok: false, code: 'aborted', message: 'using a credential: given up', showMs: 0 }
    sendJob(request)
    return await readAnswer(request)
  } finally {
    signal.removeEventListener('abort', onAbort)
    worker.input.end()
    worker.output.destroy()
  }
}
