import { brokerLimits, brokerRequestSchema, type BrokerRequest } from '../../protocol/broker-api.ts'
import { FrameDecoder, FrameError, type Frame } from '../../protocol/broker-frame.ts'

export interface ReadRequest {
  readonly request: BrokerRequest
  readonly body: Buffer
}

/** Bodies being received, over all connections together. */
export interface BodyBudget {
  readonly take: (bytes: number) => boolean
  readonly give: (bytes: number) => void
}

export function bodyBudget(mostBytes: number): BodyBudget {
  let taken = 0
  return {
    take: (bytes) => {
      if (taken + bytes > mostBytes) return false
      taken += bytes
      return true
    },
    give: (bytes) => {
      taken -= bytes
    },
  }
}

/** Puts frames together to whole requests. Throws `FrameError` for whatever is not one: the connection is then closed. */
export class RequestReader {
  readonly #decoder = new FrameDecoder()
  readonly #budget: BodyBudget
  #request: BrokerRequest | undefined
  #chunks: Buffer[] = []
  #bytes = 0

  constructor(budget: BodyBudget) {
    this.#budget = budget
  }

  push(bytes: Buffer): readonly ReadRequest[] {
    const requests: ReadRequest[] = []
    for (const frame of this.#decoder.push(bytes)) {
      const request = this.#take(frame)
      if (request !== undefined) requests.push(request)
    }
    return requests
  }

  /** Is a request half received? */
  get isInside(): boolean {
    return this.#request !== undefined || this.#decoder.isInsideFrame
  }

  /** Gives back what the unfinished request holds. */
  drop(): void {
    this.#budget.give(this.#bytes)
    this.#bytes = 0
    this.#chunks = []
    this.#request = undefined
  }

  #take({ kind, payload }: Frame): ReadRequest | undefined {
    if (kind === 'header' && this.#request === undefined) this.#request = parsed(payload)
    else if (kind === 'data' && this.#request !== undefined) this.#takeData(payload)
    else if (kind === 'end' && this.#request !== undefined) return this.#finish(this.#request)
    else throw new FrameError(`a ${kind} frame where none may be`)
    return undefined
  }

  #takeData(payload: Buffer): void {
    if (this.#bytes + payload.length > brokerLimits.requestBodyBytes) throw new FrameError('the body is too large')
    if (!this.#budget.take(payload.length)) throw new FrameError('too many bodies at once')
    this.#bytes += payload.length
    this.#chunks.push(payload)
  }

  #finish(request: BrokerRequest): ReadRequest {
    const body = Buffer.concat(this.#chunks)
    this.drop()
    return { request, body }
  }
}

function parsed(payload: Buffer): BrokerRequest {
  let json: unknown
  try {
    json = JSON.parse(payload.toString('utf8'))
  } catch {
    throw new FrameError('the header is not JSON')
  }
  const request = brokerRequestSchema.safeParse(json)
  if (request.success) return request.data
  const [issue] = request.error.issues
  throw new FrameError(`the header is not a request: ${issue?.path.join('.') ?? ''} ${issue?.code ?? ''}`.slice(0, 256))
}
