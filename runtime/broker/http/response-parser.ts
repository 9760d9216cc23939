import { ChunkedDecoder } from './chunked-decoder.ts'
import { HttpError } from './http-error.ts'
import type { HttpLimits } from './http-limits.ts'
import { bodyFraming, parseResponseHead, type BodyFraming, type ResponseHead } from './parse-response-head.ts'

export interface ResponseEvents {
  /** Called with the raw bytes of a head before they become text, to blank what must not. */
  readonly beforeHead?: (bytes: Buffer) => void
  readonly onHead: (head: ResponseHead) => void
  /** A view into the pushed bytes: use or copy before returning. */
  readonly onData: (bytes: Buffer) => void
  readonly onEnd: () => void
}

type State = { readonly kind: 'head' } | BodyFraming | { readonly kind: 'done' }

const headEnd = Buffer.from('\r\n\r\n')

/**
 * Incremental parser of one HTTP/1.1 response, for a request sent with `Connection: close`.
 *
 * Memory is bounded by `limits.headBytes`. Interim (1xx) responses are skipped, 101 is refused. Throws `HttpError`; afterwards
 * the parser must not be used.
 */
export class ResponseParser {
  readonly #method: string
  readonly #limits: Pick<HttpLimits, 'headBytes' | 'headerCount' | 'bodyBytes'>
  readonly #events: ResponseEvents
  readonly #head: Buffer
  #headLength = 0
  #interim = 0
  #state: State = { kind: 'head' }
  #bodyBytes = 0
  #chunked: ChunkedDecoder | undefined

  constructor(method: string, limits: Pick<HttpLimits, 'headBytes' | 'headerCount' | 'bodyBytes'>, events: ResponseEvents) {
    this.#method = method
    this.#limits = limits
    this.#events = events
    this.#head = Buffer.allocUnsafeSlow(limits.headBytes)
  }

  get isDone(): boolean {
    return this.#state.kind === 'done'
  }

  push(bytes: Buffer): void {
    let rest = bytes
    while (rest.length > 0) rest = this.#step(rest)
  }

  /** The peer closed its side. Throws when the response was cut. */
  close(): void {
    if (this.#state.kind === 'close') this.#finish()
    if (!this.isDone) throw new HttpError('response-cut', 'reading a response: the connection closed before its end')
  }

  #step(bytes: Buffer): Buffer {
    switch (this.#state.kind) {
      case 'head':
        return this.#readHead(bytes)
      case 'length':
        return this.#readLength(bytes, this.#state.bytes)
      case 'chunked':
        return this.#readChunked(bytes)
      case 'close':
        this.#emit(bytes)
        return bytes.subarray(bytes.length)
      case 'none':
      case 'done':
        throw new HttpError('response-trailing-bytes', 'reading a response: bytes after its end')
      default:
        return this.#state satisfies never
    }
  }

  #readHead(bytes: Buffer): Buffer {
    const before = this.#headLength
    const copied = bytes.copy(this.#head, before)
    this.#headLength += copied
    const end = this.#head.subarray(0, this.#headLength).indexOf(headEnd, Math.max(0, before - headEnd.length))
    if (end < 0) {
      if (this.#headLength === this.#head.length)
        throw new HttpError('response-head-too-large', 'reading a response: its head is too large')
      return bytes.subarray(copied)
    }
    const rest = bytes.subarray(end + headEnd.length - before)
    this.#takeHead(this.#head.subarray(0, end))
    this.#head.fill(0, 0, this.#headLength)
    this.#headLength = 0
    return rest
  }

  #takeHead(bytes: Buffer): void {
    this.#events.beforeHead?.(bytes)
    const head = parseResponseHead(bytes, this.#limits.headerCount)
    if (head.status < 200) {
      this.#interim += 1
      if (head.status === 101 || this.#interim > 8)
        throw new HttpError('response-interim', 'reading a response: unexpected interim response')
      return
    }
    const framing = bodyFraming(head, this.#method)
    this.#events.onHead(head)
    if (framing.kind === 'chunked') this.#chunked = new ChunkedDecoder((data) => this.#emit(data))
    this.#state = framing
    if (framing.kind === 'none' || (framing.kind === 'length' && framing.bytes === 0)) this.#finish()
  }

  #readLength(bytes: Buffer, remaining: number): Buffer {
    const taken = bytes.subarray(0, remaining)
    this.#emit(taken)
    this.#state = { kind: 'length', bytes: remaining - taken.length }
    if (remaining === taken.length) this.#finish()
    return bytes.subarray(taken.length)
  }

  #readChunked(bytes: Buffer): Buffer {
    if (this.#chunked === undefined) throw new HttpError('response-coding-unknown', 'reading a response: no decoder for its coding')
    const rest = this.#chunked.push(bytes)
    if (this.#chunked.isDone) this.#finish()
    return rest
  }

  #emit(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#bodyBytes += bytes.length
    if (this.#bodyBytes > this.#limits.bodyBytes) throw new HttpError('response-too-large', 'reading a response: its body is too large')
    this.#events.onData(bytes)
  }

  #finish(): void {
    this.#state = { kind: 'done' }
    this.#events.onEnd()
  }
}
