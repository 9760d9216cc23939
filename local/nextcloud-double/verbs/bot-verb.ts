import type { VerbRequest, VerbResponse } from '../../../operator/provision/verbs.ts'
import type { Bot } from '../records.ts'
import { padded } from '../padded.ts'
import { botStates } from '../talk/bot-webhooks.ts'
import { botRoomKey, installBot, uninstallBot } from '../talk/bots.ts'
import type { World } from '../world.ts'
import { VerbError } from './verb-error.ts'

function botAt(world: World, url: string): Bot | undefined {
  return world.store.list('bot').find((bot) => bot.url === url)
}

/** The bot of this URL and the rooms it is in; null where there is none. */
export function botStatus(world: World, url: string): VerbResponse<'bot'>['bot'] {
  const bot = botAt(world, url)
  if (!bot) return null
  const rooms = world.store.entries('bot-room').flatMap(([key, link]) => (link.botId === bot.id ? [key.split('/')[0] ?? ''] : []))
  const state = bot.state === botStates.disabled ? 'disabled' : 'enabled'
  return { id: bot.id, state, rooms, errorCount: bot.errorCount, lastError: bot.lastErrorMessage }
}

function setRooms(world: World, bot: Bot, rooms: readonly string[]): void {
  const unknown = rooms.find((token) => !world.store.get('room', token))
  if (unknown !== undefined) throw new VerbError('not-found', `there is no room ${unknown}`)
  for (const [key, link] of world.store.entries('bot-room')) {
    if (link.botId === bot.id && !rooms.includes(key.split('/')[0] ?? '')) world.store.delete('bot-room', key)
  }
  for (const token of rooms) world.store.put('bot-room', botRoomKey(token, bot.id), { botId: bot.id, state: botStates.enabled })
}

function change(world: World, bot: Bot, request: Exclude<VerbRequest<'bot'>, { action: 'install' }>): void {
  if (request.action === 'rooms') setRooms(world, bot, request.rooms)
  else if (request.action === 'uninstall') uninstallBot(world, bot.id)
  else {
    const state = request.action === 'enable' ? botStates.enabled : botStates.disabled
    world.store.put('bot', padded(bot.id), { ...bot, state })
  }
}

/** As `occ talk:bot:install|setup|state|uninstall`. Removing a bot that is not there is done already. */
export function botVerb(world: World, request: VerbRequest<'bot'>): VerbResponse<'bot'> {
  if (request.action === 'install') installBot(world, request)
  else {
    const bot = botAt(world, request.url)
    if (bot) change(world, bot, request)
    else if (request.action !== 'uninstall') throw new VerbError('not-found', `there is no bot at ${request.url}`)
  }
  return { bot: botStatus(world, request.url) }
}
