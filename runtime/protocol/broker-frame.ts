/**
 * Frames of the broker's socket and of its workers' pipes: 4 bytes of length (big-endian, of the payload), 1 byte of kind, payload.
 *
 * A message is one header (JSON), any number of data frames (raw bytes), and one end (JSON). Bodies and secrets are never JSON.
 */
export const frameKinds = { header: 1, data: 2, end: 3, secret: 4 } as const
export type FrameKind = keyof typeof frameKinds

/** Longest payload of each kind, in bytes. */
export const frameLimits: Readonly<Record<FrameKind, number>> = { header: 256 * 1024, data: 64 * 1024, end: 4 * 1024, secret: 8 * 1024 }

const prefixLength = 5
const kindOfNumber = new Map<number, FrameKind>([
  [1, 'header'],
  [2, 'data'],
  [3, 'end'],
  [4, 'secret'],
])

export interface Frame {
  readonly kind: FrameKind
  /** A Buffer of its own. */
  readonly payload: Buffer
}

/** The peer broke the framing. Nothing can be read from that connection any more. */
export class FrameError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'FrameError'
  }
}

function assertLength(kind: FrameKind, length: number): void {
  if (length > frameLimits[kind]) throw new FrameError(`a ${kind} frame of ${length} bytes: at most ${frameLimits[kind]} are allowed`)
  if (length === 0) throw new FrameError(`a ${kind} frame is empty`)
}

/** Bytes of one frame. Throws `FrameError` when the payload is too long. */
export function encodeFrame(kind: FrameKind, payload: Buffer): Buffer {
  assertLength(kind, payload.length)
  const frame = Buffer.allocUnsafeSlow(prefixLength + payload.length)
  frame.writeUInt32BE(payload.length, 0)
  frame.writeUInt8(frameKinds[kind], 4)
  payload.copy(frame, prefixLength)
  return frame
}

/** Data frames for bytes of any length. */
export function encodeData(bytes: Buffer): readonly Buffer[] {
  const frames: Buffer[] = []
  for (let at = 0; at < bytes.length; at += frameLimits.data) frames.push(encodeFrame('data', bytes.subarray(at, at + frameLimits.data)))
  return frames
}

/** Header or end frame of a JSON value. */
export const encodeJsonFrame = (kind: 'header' | 'end', value: unknown): Buffer => encodeFrame(kind, Buffer.from(JSON.stringify(value)))

/** Cuts a stream of bytes into frames. Holds at most one unfinished frame: its memory is bounded by `frameLimits`. */
export class FrameDecoder {
  readonly #prefix = Buffer.alloc(prefixLength)
  #prefixBytes = 0
  #kind: FrameKind = 'data'
  #payload: Buffer | undefined
  #payloadBytes = 0

  /** Frames that end in `bytes`. Throws `FrameError` as soon as a length or kind is not allowed. */
  push(bytes: Buffer): readonly Frame[] {
    const frames: Frame[] = []
    let rest = bytes
    while (rest.length > 0) {
      rest = this.#payload === undefined ? this.#readPrefix(rest) : this.#readPayload(rest, this.#payload)
      if (this.#isComplete()) frames.push(this.#take())
    }
    return frames
  }

  /** Does a frame hang in the air? */
  get isInsideFrame(): boolean {
    return this.#prefixBytes > 0
  }

  #isComplete(): boolean {
    return this.#payload !== undefined && this.#payloadBytes === this.#payload.length
  }

  #readPrefix(bytes: Buffer): Buffer {
    const copied = bytes.copy(this.#prefix, this.#prefixBytes)
    this.#prefixBytes += copied
    if (this.#prefixBytes === prefixLength) {
      const kind = kindOfNumber.get(this.#prefix.readUInt8(4))
      if (kind === undefined) throw new FrameError('a frame of unknown kind')
      const length = this.#prefix.readUInt32BE(0)
      assertLength(kind, length)
      this.#kind = kind
      this.#payload = Buffer.allocUnsafeSlow(length)
      this.#payloadBytes = 0
    }
    return bytes.subarray(copied)
  }

  #readPayload(bytes: Buffer, payload: Buffer): Buffer {
    const copied = bytes.copy(payload, this.#payloadBytes)
    this.#payloadBytes += copied
    return bytes.subarray(copied)
  }

  #take(): Frame {
    const payload = this.#payload ?? Buffer.alloc(0)
    this.#payload = undefined
    this.#prefixBytes = 0
    return { kind: this.#kind, payload }
  }
}
