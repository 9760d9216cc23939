import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { ocsAnswer, ocsFailure, Refusal, unrecorded, type Answer } from '../answer.ts'
import { bodyOf, numberParameter, parameter, type AccountExchange, type Exchange } from '../exchange.ts'
import type { Bot, Room } from '../records.ts'
import { adminRoute, ocsRoute, openRoute, type Route } from '../route.ts'
import { padded } from '../padded.ts'
import type { World } from '../world.ts'
import { botFeatures, botsOf, botStates, membershipWebhook } from './bot-webhooks.ts'
import { botRoomKey } from './bots.ts'
import { messageOf, storeMessage } from './messages.ts'
import { addReaction, reactionSchema, removeReaction } from './reaction-routes.ts'
import { mine } from './room-routes.ts'
import { requireModerator, type Actor } from './rooms.ts'

const denied = ocsFailure(401, '', null)

/** The bot of the room whose secret signed `random + signedText`. No account is involved: a disabled one does not silence it. */
function signedBot(world: World, exchange: Exchange, signedText: string): { room: Room; bot: Bot; actor: Actor } {
  const room = world.store.get('room', parameter(exchange, 'token'))
  const random = exchange.headers['x-nextcloud-talk-bot-random'] ?? ''
  const signature = exchange.headers['x-nextcloud-talk-bot-signature']?.toLowerCase() ?? ''
  if (!room || random.length < 32 || !/^[0-9a-f]{64}$/.test(signature)) throw new Refusal(denied)
  const given = Buffer.from(signature, 'hex')
  const bot = botsOf(world, room.token).find((candidate) => {
    if ((candidate.features & botFeatures.response) === 0) return false
    return timingSafeEqual(createHmac('sha256', candidate.secret).update(random).update(signedText).digest(), given)
  })
  if (!bot) throw new Refusal(denied)
  return { room, bot, actor: { type: 'bots', id: `bot-${bot.urlHash}`, name: `${bot.name} (Bot)` } }
}

const messageSchema = z.object({
  message: z.string(),
  replyTo: z.coerce.number().default(0),
  referenceId: z.string().max(64).default(''),
  silent: z.coerce.boolean().default(false),
})

function sendMessage(world: World, exchange: Exchange): Answer {
  const wanted = bodyOf(exchange, messageSchema)
  const { room, actor } = signedBot(world, exchange, wanted.message)
  if (wanted.message.trim() === '') return unrecorded(ocsFailure(400, '', null))
  if (Array.from(wanted.message).length > 32_000) return unrecorded(ocsFailure(413, '', null))
  const parentId = wanted.replyTo === 0 ? null : messageOf(world, room.token, wanted.replyTo).id
  const { referenceId, silent } = wanted
  storeMessage(world, room.token, actor, { text: wanted.message, referenceId, parentId, silent })
  return ocsAnswer(201, null)
}

function react(world: World, exchange: Exchange): Answer {
  const { reaction } = bodyOf(exchange, reactionSchema)
  const { room, actor } = signedBot(world, exchange, reaction)
  const isNew = addReaction(world, messageOf(world, room.token, numberParameter(exchange, 'message')), actor, reaction)
  return ocsAnswer(isNew ? 201 : 200, null)
}

function unreact(world: World, exchange: Exchange): Answer {
  const { reaction } = bodyOf(exchange, reactionSchema)
  const { room, actor } = signedBot(world, exchange, reaction)
  removeReaction(world, messageOf(world, room.token, numberParameter(exchange, 'message')), actor, reaction)
  return ocsAnswer(200, null)
}

function adminView(bot: Bot): Record<string, unknown> {
  return {
    id: bot.id,
    name: bot.name,
    url: bot.url,
    url_hash: bot.urlHash,
    description: bot.description,
    error_count: bot.errorCount,
    last_error_date: bot.lastErrorDate,
    last_error_message: bot.lastErrorMessage,
    state: bot.state,
    features: bot.features,
  }
}

function roomBotView(bot: Bot, state: number): Record<string, unknown> {
  return { id: bot.id, name: bot.name, description: bot.description, state }
}

function moderated(world: World, exchange: AccountExchange): { room: Room; bot: Bot } {
  const { room, attendee } = mine(world, exchange)
  requireModerator(attendee)
  const bot = world.store.get('bot', padded(numberParameter(exchange, 'bot')))
  if (!bot || bot.state === botStates.disabled) throw new Refusal(unrecorded(ocsFailure(400, '', { error: 'bot' })))
  return { room, bot }
}

function enable(world: World, exchange: AccountExchange): Answer {
  const { room, bot } = moderated(world, exchange)
  if (bot.state === botStates.noSetup) return unrecorded(ocsFailure(400, '', { error: 'bot' }))
  const key = botRoomKey(room.token, bot.id)
  const already = world.store.get('bot-room', key)?.state === botStates.enabled
  world.store.put('bot-room', key, { botId: bot.id, state: botStates.enabled })
  const webhooks = already ? [] : [membershipWebhook('Join', bot, room)]
  return ocsAnswer(already ? 200 : 201, roomBotView(bot, botStates.enabled), { webhooks })
}

function disable(world: World, exchange: AccountExchange): Answer {
  const { room, bot } = moderated(world, exchange)
  const was = world.store.delete('bot-room', botRoomKey(room.token, bot.id))
  return ocsAnswer(200, roomBotView(bot, botStates.disabled), { webhooks: was ? [membershipWebhook('Leave', bot, room)] : [] })
}

function list(world: World, exchange: AccountExchange): Answer {
  const { room, attendee } = mine(world, exchange)
  requireModerator(attendee)
  const bots = world.store.list('bot').filter((bot) => bot.state === botStates.enabled)
  const state = (bot: Bot): number => world.store.get('bot-room', botRoomKey(room.token, bot.id))?.state ?? botStates.disabled
  return ocsAnswer(
    200,
    bots.map((bot) => roomBotView(bot, state(bot))),
  )
}

const base = '/ocs/v2.php/apps/spreed/api/v1/bot'

export const botRoutes: readonly Route[] = [
  adminRoute(`GET ${base}/admin`, 'recorded', (world) => ocsAnswer(200, world.store.list('bot').map(adminView))),
  openRoute(`POST ${base}/{token}/message`, 'recorded', sendMessage),
  openRoute(`POST ${base}/{token}/reaction/{message}`, 'recorded', react),
  openRoute(`DELETE ${base}/{token}/reaction/{message}`, 'documented', unreact),
  ocsRoute(`GET ${base}/{token}`, 'documented', list),
  ocsRoute(`POST ${base}/{token}/{bot}`, 'recorded', enable),
  ocsRoute(`DELETE ${base}/{token}/{bot}`, 'recorded', disable),
]
