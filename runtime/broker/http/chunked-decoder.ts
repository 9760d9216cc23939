import { HttpError } from './http-error.ts'

type State = 'size' | 'data' | 'data-end' | 'trailer' | 'done'

/** Size in hexadecimal, then optional extensions, which are skipped. */
const sizePattern = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;[\t\x20-\x7e]*)?$/
const longestLineBytes = 1024
const longestTrailerBytes = 8 * 1024
const carriageReturn = 0x0d
const lineFeed = 0x0a

const malformed = (what: string): HttpError => new HttpError('response-chunk-malformed', `reading a response: ${what}`)

/** Decoder of the chunked transfer coding (RFC 9112, section 7.1). Trailers are read and dropped. Throws `HttpError`. */
export class ChunkedDecoder {
  readonly #onData: (bytes: Buffer) => void
  #state: State = 'size'
  #line = ''
  #remaining = 0
  #trailerBytes = 0

  constructor(onData: (bytes: Buffer) => void) {
    this.#onData = onData
  }

  get isDone(): boolean {
    return this.#state === 'done'
  }

  /** Decodes as much as it can and returns what lies after the last chunk. */
  push(bytes: Buffer): Buffer {
    let at = 0
    while (at < bytes.length && this.#state !== 'done') {
      if (this.#state === 'data') at += this.#takeData(bytes.subarray(at))
      else {
        this.#takeLineByte(bytes.readUInt8(at))
        at += 1
      }
    }
    return bytes.subarray(at)
  }

  #takeData(bytes: Buffer): number {
    const taken = bytes.subarray(0, this.#remaining)
    this.#onData(taken)
    this.#remaining -= taken.length
    if (this.#remaining === 0) this.#state = 'data-end'
    return taken.length
  }

  #takeLineByte(byte: number): void {
    this.#countTrailer()
    const isAfterReturn = this.#line.endsWith('\r')
    if (isAfterReturn !== (byte === lineFeed)) throw malformed('a chunk line does not end in CR LF')
    if (isAfterReturn) {
      const line = this.#line.slice(0, -1)
      this.#line = ''
      this.#takeLine(line)
      return
    }
    if (this.#line.length >= longestLineBytes) throw malformed('a chunk line is too long')
    if (this.#state === 'data-end' && byte !== carriageReturn) throw malformed('a chunk is longer than it says')
    this.#line += String.fromCharCode(byte)
  }

  #takeLine(line: string): void {
    if (this.#state === 'data-end') this.#state = 'size'
    else if (this.#state === 'size') this.#takeSize(line)
    else if (line === '') this.#state = 'done'
  }

  #takeSize(line: string): void {
    const size = sizePattern.exec(line)?.[1]
    if (size === undefined) throw malformed('a chunk has no valid size')
    this.#remaining = Number.parseInt(size, 16)
    this.#state = this.#remaining === 0 ? 'trailer' : 'data'
  }

  #countTrailer(): void {
    if (this.#state !== 'trailer') return
    this.#trailerBytes += 1
    if (this.#trailerBytes <= longestTrailerBytes) return
    throw new HttpError('response-trailer-too-large', 'reading a response: its trailers are too large')
  }
}
