import * as z from 'zod'
import { ocsAnswer, ocsFailure, Refusal, unrecorded, type Answer } from '../answer.ts'
import { bodyOf, numberParameter, type AccountExchange } from '../exchange.ts'
import type { Attendee, Message, Room } from '../records.ts'
import { ocsRoute, type Route } from '../route.ts'
import { seconds, type World } from '../world.ts'
import { messageWebhooks } from './bot-webhooks.ts'
import { messageKey, messageOf, storeMessage } from './messages.ts'
import { messageView } from './message-view.ts'
import { reactionRoutes } from './reaction-routes.ts'
import { participantTypes, type Actor } from './rooms.ts'
import { mine } from './room-routes.ts'

const maximumLength = 32_000

const sendSchema = z.object({
  message: z.string(),
  replyTo: z.coerce.number().default(0),
  referenceId: z.string().max(64).optional(),
  silent: z.coerce.boolean().default(false),
})

function refuse(code: number, error: string): never {
  throw new Refusal(unrecorded(ocsFailure(code, '', { error })))
}

/** A message by a member, with what it answers, and the webhooks that tell the room's bots. */
function postMessage(
  world: World,
  place: { readonly room: Room; readonly attendee: Attendee; readonly actor: Actor },
  wanted: { readonly message: string; readonly replyTo: number; readonly referenceId?: string | undefined; readonly silent: boolean },
): { message: Message; answer: Answer } {
  const { room, attendee, actor } = place
  if (wanted.message.trim() === '') refuse(400, 'message')
  if (Array.from(wanted.message).length > maximumLength) refuse(413, 'message')
  const parent = wanted.replyTo === 0 ? null : messageOf(world, room.token, wanted.replyTo)
  if (parent && parent.messageType !== 'comment') refuse(400, 'reply-to')
  const { referenceId, silent } = wanted
  const message = storeMessage(world, room.token, actor, { text: wanted.message, referenceId, parentId: parent?.id ?? null, silent })
  const webhooks = messageWebhooks(world, room, message, attendee.participantType)
  return { message, answer: ocsAnswer(201, messageView(world, message, actor), { webhooks }) }
}

function send(world: World, exchange: AccountExchange): Answer {
  return postMessage(world, mine(world, exchange), bodyOf(exchange, sendSchema)).answer
}

const readSchema = z.object({
  lookIntoFuture: z.coerce.number().pipe(z.union([z.literal(0), z.literal(1)])),
  limit: z.coerce.number().int().min(1).max(200).default(100),
  lastKnownMessageId: z.coerce.number().default(0),
  includeLastKnown: z.coerce.number().default(0),
  timeout: z.coerce.number().min(0).max(60).default(30),
})

function selected(messages: readonly Message[], wanted: z.output<typeof readSchema>): readonly Message[] {
  const { lastKnownMessageId: last, includeLastKnown, limit } = wanted
  const known = (message: Message): boolean => includeLastKnown === 1 && message.id === last
  if (wanted.lookIntoFuture === 1) return messages.filter((message) => message.id > last || known(message)).slice(0, limit)
  const past = last === 0 ? messages : messages.filter((message) => message.id < last || known(message))
  return past.slice(-limit).toReversed()
}

function read(world: World, exchange: AccountExchange): Answer {
  const { room, actor } = mine(world, exchange)
  const wanted = bodyOf(exchange, readSchema)
  const messages = selected(world.store.list('message', `${room.token}/`), wanted)
  const last = messages.at(-1)
  if (!last) {
    const holdMs = wanted.lookIntoFuture === 1 ? wanted.timeout * 1000 : 0
    return { ...unrecorded({ status: 304, headers: {}, body: '' }), holdMs }
  }
  const headers = { 'x-chat-last-given': String(last.id), 'x-chat-last-common-read': '0' }
  const answer = ocsAnswer(
    200,
    messages.map((message) => messageView(world, message, actor)),
    { headers },
  )
  return wanted.lookIntoFuture === 1 ? unrecorded(answer) : answer
}

function editable(world: World, exchange: AccountExchange): { place: ReturnType<typeof mine>; message: Message } {
  const place = mine(world, exchange)
  const message = messageOf(world, place.room.token, numberParameter(exchange, 'message'))
  const own = message.actorType === 'users' && message.actorId === exchange.user.id
  if (!own && place.attendee.participantType > participantTypes.moderator) refuse(403, 'permission')
  if (message.messageType !== 'comment') refuse(405, 'message')
  return { place, message }
}

/** Moderators may edit anybody's message, the bot's too: an approval must not trust its parent's text unread. */
function edit(world: World, exchange: AccountExchange): Answer {
  const { place, message } = editable(world, exchange)
  const { message: text } = bodyOf(exchange, z.object({ message: z.string().min(1).max(maximumLength) }))
  const { actor } = place
  const edited = { actorType: actor.type, actorId: actor.id, actorDisplayName: actor.name, timestamp: seconds(world) }
  world.store.put('message', messageKey(message.token, message.id), { ...message, text, edited })
  return systemNotice(world, place, message, 'message_edited')
}

function remove(world: World, exchange: AccountExchange): Answer {
  const { place, message } = editable(world, exchange)
  world.store.put('message', messageKey(message.token, message.id), { ...message, text: '', messageType: 'comment_deleted', reactions: [] })
  return systemNotice(world, place, message, 'message_deleted')
}

function systemNotice(world: World, place: ReturnType<typeof mine>, about: Message, systemMessage: string): Answer {
  const { actor } = place
  const parameters = { actor: { type: 'user', id: actor.id, name: actor.name, 'mention-id': actor.id } }
  const notice = storeMessage(world, place.room.token, actor, { text: '', systemMessage, parentId: about.id, parameters })
  return ocsAnswer(200, messageView(world, notice, actor))
}

const chat = '/ocs/v2.php/apps/spreed/api/v1/chat/{token}'

export const chatRoutes: readonly Route[] = [
  ocsRoute(`POST ${chat}`, 'recorded', send),
  ocsRoute(`GET ${chat}`, 'recorded', read),
  ocsRoute(`PUT ${chat}/{message}`, 'documented', edit),
  ocsRoute(`DELETE ${chat}/{message}`, 'documented', remove),
  ...reactionRoutes,
]
