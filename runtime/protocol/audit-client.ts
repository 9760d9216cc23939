import { connect, type Socket } from 'node:net'
import type { AuditEntry } from './audit-record.ts'
import { auditFrameLimitBytes, auditResponseSchema, type AuditRequest, type AuditResult } from './audit-socket.ts'
import { AuditRefusedError } from './audit-refused-error.ts'
import { encodeFrame, FrameReader } from './frame.ts'

export { AuditRefusedError } from './audit-refused-error.ts'

type WithoutId<R> = R extends AuditRequest ? Omit<R, 'id'> : never
type ResultOf<Op extends AuditResult['op']> = Extract<AuditResult, { op: Op }>

interface Waiting {
  readonly op: AuditRequest['op']
  readonly resolve: (result: AuditResult) => void
  readonly reject: (error: Error) => void
}

function requestFrame(request: Readonly<Record<string, unknown>>): Buffer {
  try {
    return encodeFrame(Buffer.from(JSON.stringify(request)), auditFrameLimitBytes)
  } catch (cause) {
    throw new AuditRefusedError('too-large', 'asking the audit log: the request is too long', { cause })
  }
}

/**
 * A connection to the log's socket. `append` resolves once the record is durable. Every failure, a lost connection
 * included, rejects with `AuditRefusedError`; after a lost connection make a new client.
 */
export class AuditClient {
  readonly #socket: Socket
  readonly #waiting = new Map<number, Waiting>()
  readonly #reader = new FrameReader(auditFrameLimitBytes)
  #nextId = 0
  #lost: Error | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('error', (error) => this.#lose(error))
    socket.on('close', () => this.#lose(new Error('the log closed the connection')))
  }

  static connect(path: string): Promise<AuditClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(path)
      socket.once('error', (cause) => reject(new AuditRefusedError('unavailable', `connecting to the audit log at ${path}`, { cause })))
      socket.once('connect', () => resolve(new AuditClient(socket)))
    })
  }

  append(entry: AuditEntry): Promise<ResultOf<'append'>> {
    return this.#ask({ op: 'append', entry })
  }

  head(): Promise<ResultOf<'head'>> {
    return this.#ask({ op: 'head' })
  }

  consistency(fromSize: number): Promise<ResultOf<'consistency'>> {
    return this.#ask({ op: 'consistency', fromSize })
  }

  inclusion(seq: number): Promise<ResultOf<'inclusion'>> {
    return this.#ask({ op: 'inclusion', seq })
  }

  erase(subject: string): Promise<ResultOf<'erase'>> {
    return this.#ask({ op: 'erase', subject })
  }

  close(): void {
    this.#socket.destroy()
  }

  #ask<Op extends AuditResult['op']>(request: Extract<WithoutId<AuditRequest>, { op: Op }>): Promise<ResultOf<Op>> {
    const id = this.#nextId
    this.#nextId += 1
    return new Promise<AuditResult>((resolve, reject) => {
      if (this.#lost) throw new AuditRefusedError('unavailable', 'asking the audit log: the connection is lost', { cause: this.#lost })
      const frame = requestFrame({ id, ...request })
      this.#waiting.set(id, { op: request.op, resolve, reject })
      this.#socket.write(frame)
    }) as Promise<ResultOf<Op>>
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#reader.push(chunk)) this.#answer(auditResponseSchema.parse(JSON.parse(frame.toString('utf8'))))
    } catch (cause) {
      this.#lose(new Error('the log sent what is not an answer', { cause }))
      this.#socket.destroy()
    }
  }

  #answer(response: ReturnType<typeof auditResponseSchema.parse>): void {
    const waiting = response.id === undefined ? undefined : this.#waiting.get(response.id)
    if (response.id === undefined || !waiting) throw new Error(`no request ${response.id ?? 'without id'} is under way`)
    this.#waiting.delete(response.id)
    if (!response.ok) waiting.reject(new AuditRefusedError(response.code, response.message))
    else if (response.result.op === waiting.op) waiting.resolve(response.result)
    else throw new Error(`${waiting.op} was answered as ${response.result.op}`)
  }

  #lose(cause: Error): void {
    this.#lost ??= cause
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting)
      reject(new AuditRefusedError('unavailable', 'asking the audit log: the connection was lost', { cause }))
  }
}
