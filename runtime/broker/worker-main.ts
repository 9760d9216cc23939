import { encodeData, encodeJsonFrame, FrameDecoder, type Frame } from '../protocol/broker-frame.ts'
import type { LeaseJob } from './worker/lease-job.ts'
import { runLease } from './worker/run-lease.ts'
import { warmUp } from './worker/warm-up.ts'

/**
 * A worker: one use of one credential, then nothing. The broker starts it ahead of need with nothing but two pipes, hands it the job
 * when there is one, and it ends when its input does.
 */
interface Input {
  readonly job: LeaseJob
  readonly secrets: readonly Buffer[]
  readonly body: readonly Buffer[]
}

function input(frames: readonly Frame[]): Input {
  const header = frames.find(({ kind }) => kind === 'header')
  if (header === undefined) throw new Error('reading a job: it has no header')
  const payloads = (kind: Frame['kind']): readonly Buffer[] => frames.filter((frame) => frame.kind === kind).map(({ payload }) => payload)
  // What the broker writes to its own child is not parsed a second time.
  return { job: JSON.parse(header.payload.toString('utf8')) as LeaseJob, secrets: payloads('secret'), body: payloads('data') }
}

function write(bytes: Buffer): Promise<void> | undefined {
  return process.stdout.write(bytes) ? undefined : new Promise((resolve) => void process.stdout.once('drain', () => resolve()))
}

const writeAll = async (frames: readonly Buffer[]): Promise<void> => {
  for (const frame of frames) await write(frame)
}

async function work({ job, secrets, body }: Input, signal: AbortSignal): Promise<void> {
  const [authorization, session] = secrets
  if (authorization === undefined || session === undefined) throw new Error('reading a job: it lacks its secrets')
  const end = await runLease(
    {
      job,
      authorization,
      session,
      body,
      signal,
      onHead: (head) => void write(encodeJsonFrame('header', head)),
      onData: (bytes) => writeAll(encodeData(bytes)),
    },
    () => performance.now(),
  )
  await write(encodeJsonFrame('end', end))
}

function main(): void {
  const decoder = new FrameDecoder()
  const abort = new AbortController()
  const frames: Frame[] = []
  process.stdin.on('data', (chunk: Buffer) => {
    frames.push(...decoder.push(chunk))
    chunk.fill(0)
    if (frames.at(-1)?.kind === 'end') work(input(frames.splice(0)), abort.signal).catch(() => process.exit(70))
  })
  process.stdin.on('end', () => {
    abort.abort()
    process.exit(0)
  })
}

main()
if (process.argv[2] === 'platform-authorities') warmUp()
