import type { TLSSocket } from 'node:tls'
import { HttpError } from './http-error.ts'
import type { HttpLimits } from './http-limits.ts'
import type { ResponseHead } from './parse-response-head.ts'
import { ResponseParser } from './response-parser.ts'

export interface Exchange {
  readonly method: string
  /** Bytes of `requestHead`: written once, then zeroed. */
  readonly head: Buffer
  readonly body: readonly Buffer[]
  readonly limits: HttpLimits
  readonly signal: AbortSignal
  readonly beforeHead?: (bytes: Buffer) => void
  readonly onHead: (head: ResponseHead) => void
  /** A view that is zeroed when the call returns. Reading stops until a returned promise is settled. */
  readonly onData: (bytes: Buffer) => Promise<void> | undefined
}

/** Node calls back when the bytes are encrypted and on their way: only then may they be zeroed. */
function writeAndWipe(socket: TLSSocket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => {
      bytes.fill(0)
      if (error) reject(new HttpError('write-failed', 'sending a request: the connection broke'))
      else resolve()
    })
  })
}

function write(socket: TLSSocket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(new HttpError('write-failed', 'sending a request: the connection broke')) : resolve()))
  })
}

async function send(socket: TLSSocket, exchange: Exchange): Promise<void> {
  await writeAndWipe(socket, exchange.head)
  for (const part of exchange.body) await write(socket, part)
}

/** Reads the answer until its end. Every received byte is zeroed once it was handed on. */
function receive(socket: TLSSocket, exchange: Exchange, fail: (error: Error) => void, done: () => void): void {
  const parser = new ResponseParser(exchange.method, exchange.limits, {
    ...(exchange.beforeHead === undefined ? {} : { beforeHead: exchange.beforeHead }),
    onHead: exchange.onHead,
    onData: (bytes) => {
      const taken = exchange.onData(bytes)
      if (taken === undefined) return
      socket.pause()
      taken.then(() => socket.resume(), fail)
    },
    onEnd: done,
  })
  const guarded = (act: () => void): void => {
    try {
      act()
    } catch (error) {
      fail(error instanceof Error ? error : new HttpError('response-failed', 'reading a response: failed'))
    }
  }
  socket.on('data', (chunk: Buffer) => {
    guarded(() => parser.push(chunk))
    chunk.fill(0)
  })
  socket.once('close', () => {
    if (!parser.isDone) guarded(() => parser.close())
  })
}

/**
 * One request and its answer over an open connection, which is destroyed afterwards. Rejects with `HttpError`; then what was
 * reported by `onHead` and `onData` is only the beginning of an answer.
 */
export function runExchange(socket: TLSSocket, exchange: Exchange): Promise<void> {
  const { limits, signal } = exchange
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(deadline)
      signal.removeEventListener('abort', onAbort)
      exchange.head.fill(0)
      socket.destroy()
      settle()
    }
    const fail = (error: Error): void => finish(() => reject(error))
    const onAbort = (): void => fail(new HttpError('aborted', 'an exchange was given up'))
    const deadline = setTimeout(() => fail(new HttpError('response-timeout', 'an exchange took too long')), limits.totalMs)
    signal.addEventListener('abort', onAbort, { once: true })
    socket.on('error', () => fail(new HttpError('connection-broken', 'an exchange ended because the connection broke')))
    socket.setTimeout(limits.idleMs, () => fail(new HttpError('response-timeout', 'the peer was silent for too long')))
    receive(socket, exchange, fail, () => finish(resolve))
    if (signal.aborted) onAbort()
    else send(socket, exchange).catch(fail)
  })
}
