import { createHmac } from 'node:crypto'
import { phpJson } from './php-json.ts'
import { padded } from './padded.ts'
import type { Bot } from './records.ts'
import { randomText, seconds, type World } from './world.ts'

/** One delivery to one bot. */
export interface Webhook {
  readonly bot: Bot
  readonly payload: unknown
}

/** Headers and body exactly as Talk signs them: HMAC-SHA256(secret, random + body), hexadecimal. */
export function signedWebhook(webhook: Webhook, random: string, backend: string): { headers: Record<string, string>; body: string } {
  const body = phpJson(webhook.payload)
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-nextcloud-talk-random': random,
      'x-nextcloud-talk-signature': createHmac('sha256', webhook.bot.secret).update(random).update(body).digest('hex'),
      'x-nextcloud-talk-backend': backend,
      'ocs-apirequest': 'true',
      'user-agent': 'Nextcloud Server Crawler',
    },
  }
}

export type PostWebhook = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<number>

/**
 * Delivers once, as Talk does: it never retries. Anything but 200 or 202 raises the bot's error count, which
 * `GET …/bot/admin` shows (from Talk's documentation, not from the recordings).
 */
export async function deliverWebhook(world: World, post: PostWebhook, webhook: Webhook): Promise<void> {
  const { headers, body } = signedWebhook(webhook, randomText(64, 'base64'), `${world.origin}/`)
  let problem: string | null = null
  try {
    const status = await post(webhook.bot.url, headers, body)
    if (status !== 200 && status !== 202) problem = `UnexpectedStatusCode: ${status}`
  } catch (error) {
    problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
  if (problem === null) return
  const lastErrorMessage = problem
  world.store.transaction(() => {
    const bot = world.store.get('bot', padded(webhook.bot.id))
    if (!bot) return
    world.store.put('bot', padded(bot.id), { ...bot, errorCount: bot.errorCount + 1, lastErrorDate: seconds(world), lastErrorMessage })
  })
}
