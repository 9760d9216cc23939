import { failureOf } from './failure-of.ts'
import { NextcloudError, type NextcloudFailure } from './nextcloud-error.ts'
import type { NextcloudRequest, NextcloudResponse, Send } from './send.ts'

export interface CallerOptions {
  readonly send: Send
  readonly signal?: AbortSignal
  /** How often a call is made at most; default 3. */
  readonly attempts?: number
  /** Longest wait before a repetition; a server that asks for more is not asked again. Default 10 s. */
  readonly maximumWaitMs?: number
  /** Wait before the second attempt where the server names none; doubled each time. Default 500 ms. */
  readonly firstWaitMs?: number
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>
  readonly now?: () => number
  /** Longest answer, unless a call says otherwise. Default 8 MiB. */
  readonly responseLimitBytes?: number
}

/** A request with what is expected of it. `doing` is for people: "reading the file /notes.md". */
export interface Call {
  readonly doing: string
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string | undefined
  readonly expected: readonly number[]
  readonly responseLimitBytes?: number
}

/** Makes one call and resolves with an answer of an expected status; otherwise throws `NextcloudError`. */
export type Caller = (call: Call) => Promise<NextcloudResponse>

const reads: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PROPFIND', 'REPORT', 'SEARCH', 'OPTIONS'])

/** These answers say that nothing was done. */
const notDone: ReadonlySet<NextcloudFailure['kind']> = new Set(['rate-limited', 'locked', 'maintenance'])
const temporary: ReadonlySet<NextcloudFailure['kind']> = new Set([...notDone, 'unavailable', 'no-answer'])

/** Repeating a read harms nothing; anything else is repeated only where the answer says that it was not done. */
function mayRepeat(method: string, failure: NextcloudFailure): boolean {
  return reads.has(method) ? temporary.has(failure.kind) : notDone.has(failure.kind)
}

function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const finish = (): void => {
      signal.removeEventListener('abort', abort)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', abort, { once: true })
  })
}

function requestOf(call: Call, fallbackLimitBytes: number): NextcloudRequest {
  const body = call.body === undefined ? null : typeof call.body === 'string' ? Buffer.from(call.body) : call.body
  return {
    method: call.method,
    path: call.path,
    headers: { 'OCS-APIRequest': 'true', Accept: 'application/json', ...call.headers },
    body,
    responseLimitBytes: call.responseLimitBytes ?? fallbackLimitBytes,
  }
}

function noAnswer(doing: string, error: unknown): NextcloudError {
  const detail = error instanceof Error ? error.message : String(error)
  return new NextcloudError({ kind: 'no-answer', doing, status: null, retryAfterMs: null, detail }, { cause: error })
}

/** Clients are made over this: bounded repetition where a repetition is safe, typed failures everywhere. */
export function createCaller(options: CallerOptions): Caller {
  const { send, attempts = 3, maximumWaitMs = 10_000, firstWaitMs = 500, sleep = sleepFor, now = Date.now } = options
  const signal = options.signal ?? new AbortController().signal
  const limitBytes = options.responseLimitBytes ?? 8 * 1024 * 1024

  const once = async (call: Call): Promise<NextcloudResponse> => {
    const request = requestOf(call, limitBytes)
    signal.throwIfAborted()
    let response: NextcloudResponse
    try {
      response = await send(request, signal)
    } catch (error) {
      signal.throwIfAborted()
      throw noAnswer(call.doing, error)
    }
    if (!call.expected.includes(response.status)) throw new NextcloudError(failureOf(call.doing, response, now()))
    if (response.body.length > request.responseLimitBytes) {
      const detail = `the answer is longer than ${request.responseLimitBytes} bytes`
      throw new NextcloudError({ kind: 'too-large', doing: call.doing, status: response.status, retryAfterMs: null, detail })
    }
    return response
  }

  return async (call) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(call)
      } catch (error) {
        if (!(error instanceof NextcloudError) || attempt >= attempts || !mayRepeat(call.method, error.failure)) throw error
        const waitMs = error.failure.retryAfterMs ?? firstWaitMs * 2 ** (attempt - 1)
        if (waitMs > maximumWaitMs) throw error
        await sleep(waitMs, signal)
      }
    }
  }
}
