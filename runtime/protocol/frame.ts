const headerBytes = 4

/** A frame longer than its socket allows: the connection is to be closed, nothing after it can be trusted. */
export class FrameTooLongError extends Error {
  override readonly name = 'FrameTooLongError'
}

/** One frame: the payload's length as 4 bytes, big-endian, then the payload. Throws `FrameTooLongError` beyond `limitBytes`. */
export function encodeFrame(payload: Uint8Array, limitBytes: number): Buffer {
  if (payload.length > limitBytes)
    throw new FrameTooLongError(`sending a frame of ${payload.length} bytes: at most ${limitBytes} are allowed`)
  const header = Buffer.alloc(headerBytes)
  header.writeUInt32BE(payload.length)
  return Buffer.concat([header, payload])
}

/**
 * Cuts a byte stream into frames. `push` takes the next bytes, split anywhere, and returns the payloads now complete.
 *
 * Holds at most one frame of `limitBytes`; an announced length beyond it throws `FrameTooLongError` before anything is stored.
 */
export class FrameReader {
  readonly #limitBytes: number
  #pending: Buffer[] = []
  #pendingBytes = 0
  #neededBytes = headerBytes

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  push(chunk: Buffer): readonly Buffer[] {
    this.#pending.push(chunk)
    this.#pendingBytes += chunk.length
    if (this.#pendingBytes < this.#neededBytes) return []
    let rest = Buffer.concat(this.#pending)
    const frames: Buffer[] = []
    for (let length = this.#announced(rest); length !== undefined && rest.length >= headerBytes + length; length = this.#announced(rest)) {
      frames.push(rest.subarray(headerBytes, headerBytes + length))
      rest = rest.subarray(headerBytes + length)
    }
    this.#pending = rest.length > 0 ? [rest] : []
    this.#pendingBytes = rest.length
    this.#neededBytes = headerBytes + (this.#announced(rest) ?? 0)
    return frames
  }

  #announced(bytes: Buffer): number | undefined {
    if (bytes.length < headerBytes) return undefined
    const length = bytes.readUInt32BE()
    if (length > this.#limitBytes) {
      throw new FrameTooLongError(`receiving a frame that announces ${length} bytes: at most ${this.#limitBytes} are allowed`)
    }
    return length
  }
}
