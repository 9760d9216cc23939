import type { Bot } from '../records.ts'
import { padded } from '../padded.ts'
import { digest, type World } from '../world.ts'
import { botFeatures, botStates } from './bot-webhooks.ts'

export interface NewBot {
  readonly name: string
  readonly secret: string
  readonly url: string
  readonly description: string
}

/** As `occ talk:bot:install` does. Installing a bot of the same URL and secret again updates it. */
export function installBot(world: World, wanted: NewBot): Bot {
  const urlHash = digest('sha1', wanted.url)
  const known = world.store.list('bot').find((bot) => bot.urlHash === urlHash)
  const bot: Bot = {
    ...wanted,
    id: known?.id ?? world.store.next('bot'),
    urlHash,
    errorCount: 0,
    lastErrorDate: 0,
    lastErrorMessage: null,
    state: botStates.enabled,
    features: botFeatures.webhook | botFeatures.response,
  }
  world.store.put('bot', padded(bot.id), bot)
  return bot
}

export function botRoomKey(token: string, botId: number): string {
  return `${token}/${padded(botId)}`
}

/** As `occ talk:bot:uninstall` does: the bot leaves every room. */
export function uninstallBot(world: World, botId: number): void {
  for (const [key, link] of world.store.entries('bot-room')) if (link.botId === botId) world.store.delete('bot-room', key)
  world.store.delete('bot', padded(botId))
}
