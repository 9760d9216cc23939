import type { Socket } from 'node:net'
import { timingSafeEqual } from 'node:crypto'
import type { BrokerError, BrokerRequest } from '../../protocol/broker-api.ts'
import { FrameError } from '../../protocol/broker-frame.ts'
import { HttpError } from '../http/http-error.ts'
import type { Call } from '../operations/broker-context.ts'
import { Refusal } from '../refusal.ts'
import { replyWriter } from './reply-writer.ts'
import { RequestReader, type BodyBudget, type ReadRequest } from './request-reader.ts'

export interface ConnectionPorts {
  /** The boot's capability token, as bytes of its base64url text. */
  readonly token: Buffer
  readonly operate: (call: Call<BrokerRequest['operation']>) => Promise<void>
  /** Refusals are recorded. */
  readonly onRefusal: (operation: string, code: string) => void
  readonly onFault: (error: unknown) => void
  readonly budget: BodyBudget
  readonly signal: AbortSignal
  /** How long a connection may take to say who it is, and a request to arrive whole. */
  readonly patienceMs: number
}

/** What the agent is told of a failure: codes and sentences that hold no secret. */
function errorOf(error: unknown): BrokerError | undefined {
  if (error instanceof Refusal) return error.error
  return error instanceof HttpError ? { code: error.code, message: error.message } : undefined
}

/** One connection of the agent: `hello`, then one request after the other. */
export class Connection {
  readonly #socket: Socket
  readonly #ports: ConnectionPorts
  readonly #reader: RequestReader
  readonly #gone = new AbortController()
  #isGreeted = false
  #isBusy = false
  #patience: NodeJS.Timeout | undefined

  constructor(socket: Socket, ports: ConnectionPorts) {
    this.#socket = socket
    this.#ports = ports
    this.#reader = new RequestReader(ports.budget)
    const onAbort = (): void => void socket.destroy()
    ports.signal.addEventListener('abort', onAbort, { once: true })
    socket.on('data', (bytes: Buffer) => this.#receive(bytes))
    socket.on('error', () => {})
    socket.once('close', () => {
      clearTimeout(this.#patience)
      ports.signal.removeEventListener('abort', onAbort)
      this.#reader.drop()
      this.#gone.abort()
    })
    this.#awaitMore()
  }

  #awaitMore(): void {
    clearTimeout(this.#patience)
    this.#patience = setTimeout(() => this.#breakOff('hello', 'too-slow', 'the request did not arrive in time'), this.#ports.patienceMs)
  }

  #receive(bytes: Buffer): void {
    try {
      if (this.#isBusy) throw new FrameError('a request before the last one was answered')
      const [request, ...more] = this.#reader.push(bytes)
      if (more.length > 0) throw new FrameError('several requests at once')
      if (request !== undefined) this.#dispatch(request)
      else if (this.#patience === undefined) this.#awaitMore()
    } catch (error) {
      const message = error instanceof FrameError ? error.message : 'the request could not be read'
      this.#breakOff('malformed', 'malformed', message)
    }
  }

  #dispatch(read: ReadRequest): void {
    clearTimeout(this.#patience)
    this.#patience = undefined
    if (this.#isGreeted) return void this.#serve(read)
    const isRight = read.request.operation === 'hello' && this.#isToken(read.request.token)
    if (!isRight) return this.#breakOff(read.request.operation, 'not-greeted', 'a connection begins with hello and the token of this boot')
    this.#isGreeted = true
    const reply = replyWriter(this.#socket)
    reply.result({ protocol: 1 })
    reply.complete()
  }

  #isToken(given: string): boolean {
    const bytes = Buffer.from(given)
    return bytes.length === this.#ports.token.length && timingSafeEqual(bytes, this.#ports.token)
  }

  async #serve({ request, body }: ReadRequest): Promise<void> {
    this.#isBusy = true
    const reply = replyWriter(this.#socket)
    const signal = AbortSignal.any([this.#gone.signal, this.#ports.signal])
    try {
      await this.#ports.operate({ request, body, signal, reply })
      this.#isBusy = false
      reply.complete()
    } catch (error) {
      const told = errorOf(error)
      if (told === undefined && !signal.aborted) this.#ports.onFault(error)
      this.#isBusy = false
      reply.fail(told ?? { code: 'broker-fault', message: `doing ${request.operation}: an unexpected fault, see the broker's log` })
      this.#ports.onRefusal(request.operation, told?.code ?? 'broker-fault')
    }
  }

  #breakOff(operation: string, code: string, message: string): void {
    this.#ports.onRefusal(operation, code)
    replyWriter(this.#socket).fail({ code, message })
    this.#socket.end()
    this.#socket.destroySoon()
  }
}
