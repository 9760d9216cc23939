import type { IncomingMessage } from 'node:http'
import { ApiUnreachable } from './api-error.ts'

/** The whole body as text; rejects with `ApiUnreachable` when the connection breaks before its end. */
export function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    response.on('error', (cause: Error) => reject(new ApiUnreachable(`the API server's answer was cut off: ${cause.message}`, { cause })))
    response.on('aborted', () => reject(new ApiUnreachable("the API server's answer was cut off")))
  })
}
