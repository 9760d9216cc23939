import { request as httpRequest } from 'node:http'
import type { Send } from '../../../runtime/nextcloud/send.ts'
import { basic } from './replay.ts'

/** A `send` for tests: plain HTTP with an account's credential to a double on loopback. */
export function httpSend(origin: string, user: string, password: string): Send {
  const { hostname, port } = new URL(origin)
  return (request, signal) =>
    new Promise((resolve, reject) => {
      const headers = { ...request.headers, authorization: basic(user, password), 'content-length': String(request.body?.length ?? 0) }
      const sent = httpRequest({ hostname, port, method: request.method, path: request.path, headers, signal, agent: false })
      sent.on('error', reject)
      sent.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const entries = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
          if (response.complete)
            resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(entries), body: Buffer.concat(chunks) })
          else reject(new Error('the answer broke off'))
        })
        response.on('aborted', () => reject(new Error('the answer broke off')))
      })
      sent.end(request.body ?? undefined)
    })
}
