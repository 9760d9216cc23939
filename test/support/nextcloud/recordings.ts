import { readFileSync } from 'node:fs'
import * as z from 'zod'

const headers = z.record(z.string(), z.string())

const exchangeSchema = z.object({
  name: z.string(),
  as: z.enum(['agent', 'alice', 'admin']),
  request: z.object({ method: z.string(), path: z.string(), headers, body: z.string().nullable() }),
  response: z.object({ status: z.number(), headers, body: z.string() }),
})

const webhookSchema = z.object({ method: z.string(), path: z.string(), headers, body: z.string() })

export type RecordedExchange = z.output<typeof exchangeSchema>
export type RecordedWebhook = z.output<typeof webhookSchema>

export type RecordingName = 'core' | 'talk' | 'passwords' | 'files' | 'deck' | 'calendar' | 'revocation'

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../recordings/nextcloud/${name}.json`, import.meta.url), 'utf8'))
}

/** Exchanges with a real Nextcloud, in the order in which they happened. */
export function recording(name: RecordingName): readonly RecordedExchange[] {
  return z.array(exchangeSchema).parse(read(name))
}

export function recorded(name: RecordingName, exchange: string): RecordedExchange {
  const found = recording(name).find((candidate) => candidate.name === exchange)
  if (!found) throw new Error(`reading the recording ${name}: it has no exchange "${exchange}"`)
  return found
}

export function recordedWebhooks(): readonly RecordedWebhook[] {
  return z.array(webhookSchema).parse(read('talkWebhooks'))
}

/** The secret that signed the recorded webhooks and bot messages. */
export const recordedBotSecret = '0123456789abcdef'.repeat(8)
