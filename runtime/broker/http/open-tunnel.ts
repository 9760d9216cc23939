import type { TLSSocket } from 'node:tls'
import { HttpError } from './http-error.ts'
import { openTls, type TlsPeer } from './open-tls.ts'
import { requestHead, type HeaderField } from './request-head.ts'
import { parseResponseHead } from './parse-response-head.ts'

export interface TunnelOptions {
  readonly proxy: TlsPeer
  readonly host: string
  readonly port: number
  /** What authenticates the session to the proxy. Zeroed with the head. */
  readonly fields: readonly HeaderField[]
  readonly connectMs: number
  readonly signal: AbortSignal
}

const longestAnswer = 8 * 1024
const answerEnd = Buffer.from('\r\n\r\n')

/** The proxy's answer, up to its empty line. The peer behind it speaks second (TLS), so nothing may follow. */
function readAnswer(socket: TLSSocket, signal: AbortSignal): Promise<number> {
  let answer = Buffer.alloc(0)
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      socket.off('data', onData)
      socket.off('close', onClose)
      socket.off('error', onClose)
      signal.removeEventListener('abort', onClose)
      act()
    }
    const onClose = (): void => settle(() => reject(new HttpError('tunnel-cut', 'opening a tunnel: the proxy closed the connection')))
    const onData = (chunk: Buffer): void => {
      answer = Buffer.concat([answer, chunk])
      const end = answer.indexOf(answerEnd)
      if (end < 0 && answer.length < longestAnswer) return
      socket.pause()
      settle(() => {
        if (end < 0 || end + answerEnd.length !== answer.length) {
          reject(new HttpError('tunnel-answer-malformed', 'opening a tunnel: the proxy sent something else than an answer'))
          return
        }
        try {
          resolve(parseResponseHead(answer.subarray(0, end), 64).status)
        } catch (error) {
          reject(error instanceof Error ? error : new HttpError('tunnel-answer-malformed', 'opening a tunnel: malformed answer'))
        }
      })
    }
    socket.on('data', onData)
    socket.on('close', onClose)
    socket.on('error', onClose)
    signal.addEventListener('abort', onClose, { once: true })
  })
}

/**
 * A tunnel by `CONNECT host:port` through a proxy that speaks TLS itself: the gateway's egress. Rejects with `HttpError`:
 * `tunnel-refused` where the proxy does not allow the destination, `tunnel-unauthorised` where the session has ended.
 */
export async function openTunnel(options: TunnelOptions): Promise<TLSSocket> {
  const { host, port, signal, connectMs } = options
  const target = `${host}:${port}`
  const socket = await openTls({ peer: options.proxy, connectMs, signal })
  const head = requestHead({ method: 'CONNECT', target, host: target }, options.fields)
  try {
    const answered = readAnswer(socket, signal)
    socket.write(head, () => void head.fill(0))
    const status = await answered
    if (status === 407 || status === 401)
      throw new HttpError('tunnel-unauthorised', `opening a tunnel to ${target}: the session is not valid`)
    if (status !== 200) throw new HttpError('tunnel-refused', `opening a tunnel to ${target}: the proxy answered ${status}`)
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}
