import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { PostWebhook } from './webhook.ts'

/** Talk gives up on a bot's answer after this time. */
const timeoutMs = 5000

/** Posts over HTTP or HTTPS and resolves with the status; `authority` (PEM) is what an HTTPS receiver must be signed by. */
export function postWebhook(authority: string | undefined): PostWebhook {
  return (url, headers, body) =>
    new Promise((resolve, reject) => {
      const options = {
        method: 'POST',
        headers: { ...headers, 'accept-encoding': 'gzip', 'content-length': String(Buffer.byteLength(body)) },
        timeout: timeoutMs,
        agent: false as const,
        ...(authority ? { ca: authority } : {}),
      }
      const request = url.startsWith('https:') ? httpsRequest(url, options) : httpRequest(url, options)
      request.on('response', (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
        response.on('error', reject)
      })
      request.on('timeout', () => request.destroy(new Error(`delivering a webhook to ${url}: no answer in ${timeoutMs} ms`)))
      request.on('error', reject)
      request.end(body)
    })
}
