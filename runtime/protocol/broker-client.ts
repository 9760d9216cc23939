import { connect, type Socket } from 'node:net'
import {
  brokerEndSchema,
  brokerResponseSchema,
  type BrokerEnd,
  type BrokerError,
  type BrokerRequest,
  type BrokerResponse,
} from './broker-api.ts'
import { encodeData, encodeJsonFrame, FrameDecoder, type Frame } from './broker-frame.ts'
import type { JsonValue } from './json-value.ts'

/** The broker refused or could not finish. `error.code` tells what. */
export class BrokerRefusedError extends Error {
  override readonly name = 'BrokerRefusedError'
  readonly error: BrokerError

  constructor(error: BrokerError) {
    super(error.message)
    this.error = error
  }
}

export interface BrokerAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The body in pieces. Throws `BrokerRefusedError` where it breaks off. Not reading it to its end closes the connection. */
  readonly body: AsyncGenerator<Buffer, void, undefined>
}

export interface BrokerClientOptions {
  readonly socketPath: string
  /** This boot's token, from the file that the broker wrote. */
  readonly token: string
}

async function* framesOf(socket: Socket): AsyncGenerator<Frame, void, undefined> {
  const decoder = new FrameDecoder()
  for await (const chunk of socket) yield* decoder.push(chunk as Buffer)
}

const cut: BrokerError = { code: 'broker-gone', message: 'the broker closed the connection before the end of its answer' }

function sendRequest(socket: Socket, request: BrokerRequest, body: Buffer): void {
  socket.write(encodeJsonFrame('header', request))
  for (const frame of encodeData(body)) socket.write(frame)
  socket.write(encodeJsonFrame('end', {}))
}

async function nextFrame(frames: AsyncGenerator<Frame, void, undefined>): Promise<Frame> {
  const next = await frames.next().catch(() => ({ done: true as const, value: undefined }))
  if (next.done || next.value === undefined) throw new BrokerRefusedError(cut)
  return next.value
}

async function readHeader(frames: AsyncGenerator<Frame, void, undefined>): Promise<Extract<BrokerResponse, { readonly ok: true }>> {
  const { payload } = await nextFrame(frames)
  const response = brokerResponseSchema.parse(JSON.parse(payload.toString('utf8')))
  if (!response.ok) throw new BrokerRefusedError(response.error)
  return response
}

function endOf(frame: Frame): BrokerEnd {
  return brokerEndSchema.parse(JSON.parse(frame.payload.toString('utf8')))
}

async function* bodyOf(frames: AsyncGenerator<Frame, void, undefined>, socket: Socket): AsyncGenerator<Buffer, void, undefined> {
  try {
    for (let frame = await nextFrame(frames); ; frame = await nextFrame(frames)) {
      if (frame.kind === 'data') yield frame.payload
      if (frame.kind !== 'end') continue
      const end = endOf(frame)
      if (!end.complete) throw new BrokerRefusedError(end.error)
      return
    }
  } finally {
    socket.destroy()
  }
}

/**
 * The agent's side of the broker's socket: a connection for each request. Rejects with `BrokerRefusedError` for whatever the broker does not do.
 */
export class BrokerClient {
  readonly #options: BrokerClientOptions

  constructor(options: BrokerClientOptions) {
    this.#options = options
  }

  /** For operations that answer with an HTTP answer. Aborting `signal` closes the connection, which ends the call in the broker. */
  async http(request: BrokerRequest, body: Buffer = Buffer.alloc(0), signal?: AbortSignal): Promise<BrokerAnswer> {
    const { socket, frames } = await this.#open(signal)
    try {
      sendRequest(socket, request, body)
      const response = await readHeader(frames)
      if (response.kind !== 'http') throw new BrokerRefusedError({ code: 'broker-answer', message: 'the broker answered in another form' })
      return { status: response.status, headers: response.headers, body: bodyOf(frames, socket) }
    } catch (error) {
      socket.destroy()
      throw error
    }
  }

  /** For operations that answer with a result. */
  async result(request: BrokerRequest, body: Buffer = Buffer.alloc(0), signal?: AbortSignal): Promise<JsonValue> {
    const { socket, frames } = await this.#open(signal)
    try {
      sendRequest(socket, request, body)
      const response = await readHeader(frames)
      if (response.kind !== 'result')
        throw new BrokerRefusedError({ code: 'broker-answer', message: 'the broker answered in another form' })
      return response.result
    } finally {
      socket.destroy()
    }
  }

  async #open(signal?: AbortSignal): Promise<{ readonly socket: Socket; readonly frames: AsyncGenerator<Frame, void, undefined> }> {
    const socket = await connected(this.#options.socketPath)
    signal?.addEventListener('abort', () => socket.destroy(), { once: true })
    const frames = framesOf(socket)
    sendRequest(socket, { operation: 'hello', token: this.#options.token }, Buffer.alloc(0))
    await readHeader(frames)
    await nextFrame(frames)
    return { socket, frames }
  }
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    const onError = (): void =>
      reject(new BrokerRefusedError({ code: 'broker-gone', message: `connecting to the broker at ${path}: it does not answer` }))
    socket.once('error', onError)
    socket.once('connect', () => {
      socket.off('error', onError)
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}
