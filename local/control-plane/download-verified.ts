import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export interface VerifiedDownload {
  readonly url: string
  /** URL of a text with the SHA-256 digest: alone, or in lines of `sha256sum`. */
  readonly digests: string
  readonly file: string
  readonly signal: AbortSignal
}

/** Nobody answers there: asking again for another file would only take as long again. */
export class OutOfReach extends Error {
  override readonly name = 'OutOfReach'
}

/** A site that has not begun to answer by then is taken as out of reach. */
const answerTimeoutMs = 5_000

/** Downloads `url` into `file`. Throws when it cannot be reached or its digest is not the published one. */
export async function downloadVerified({ url, digests, file, signal }: VerifiedDownload): Promise<void> {
  const expected = publishedDigest(await (await get(digests, signal)).text(), basename(new URL(url).pathname))
  if (expected === undefined) throw new Error(`downloading ${url}: ${digests} holds no SHA-256 of it`)
  const answer = await get(url, signal)
  if (answer.body === null) throw new Error(`downloading ${url}: the answer is empty`)
  const hash = createHash('sha256')
  await pipeline(
    Readable.fromWeb(answer.body),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        yield chunk
      }
    },
    createWriteStream(file),
    { signal },
  )
  const digest = hash.digest('hex')
  if (digest !== expected) throw new Error(`downloading ${url}: its SHA-256 is ${digest}, published is ${expected}`)
}

async function get(url: string, signal: AbortSignal): Promise<Response> {
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(new Error(`no answer in ${answerTimeoutMs / 1000} s`)), answerTimeoutMs)
  const answer = await fetch(url, { signal: AbortSignal.any([signal, timeout.signal]) }).catch((cause: unknown) => {
    throw new OutOfReach(`downloading ${url}: ${reasonOf(cause)}`, { cause })
  })
  clearTimeout(timer)
  if (!answer.ok) throw new Error(`downloading ${url}: HTTP ${answer.status}`)
  return answer
}

/** fetch only says that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}

function publishedDigest(text: string, fileName: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+\*?/))
  const line = lines.find(([, name]) => name === fileName) ?? lines.find((fields) => fields.length === 1)
  const digest = line?.[0]?.toLowerCase()
  return digest !== undefined && /^[0-9a-f]{64}$/.test(digest) ? digest : undefined
}
