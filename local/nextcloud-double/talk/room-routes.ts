import * as z from 'zod'
import { ocsAnswer, ocsFailure, unrecorded, type Answer } from '../answer.ts'
import { bodyOf, parameter, type AccountExchange } from '../exchange.ts'
import type { Attendee, Message, Room } from '../records.ts'
import { ocsRoute, type Route } from '../route.ts'
import type { World } from '../world.ts'
import { messageWebhooks } from './bot-webhooks.ts'
import { storeMessage } from './messages.ts'
import {
  addAttendee,
  attendeeKey,
  attendees,
  createRoom,
  joinedRoom,
  participantTypes,
  requireModerator,
  userActor,
  type Actor,
} from './rooms.ts'
import { roomView } from './room-view.ts'

const createSchema = z.object({
  roomType: z.coerce.number().pipe(z.union([z.literal(1), z.literal(2), z.literal(3)])),
  roomName: z.string().max(255).default(''),
  invite: z.string().default(''),
  description: z.string().max(2000).optional(),
})

export function mine(world: World, exchange: AccountExchange): { room: Room; attendee: Attendee; actor: Actor } {
  const actor = userActor(world, exchange.user.id)
  return { ...joinedRoom(world, parameter(exchange, 'token'), actor), actor }
}

const mention = (actor: Actor): Record<string, string> => ({ type: 'user', id: actor.id, name: actor.name, 'mention-id': actor.id })

function systemMessage(world: World, token: string, actor: Actor, event: { name: string; user?: Actor }): Message {
  const parameters = { actor: mention(actor), ...(event.user ? { user: mention(event.user) } : {}) }
  return storeMessage(world, token, actor, { text: '', systemMessage: event.name, parameters })
}

function create(world: World, exchange: AccountExchange): Answer {
  const wanted = bodyOf(exchange, createSchema)
  const actor = userActor(world, exchange.user.id)
  const invited = wanted.invite === '' ? null : wanted.invite
  if (invited !== null && !world.store.get('user', invited)) return unrecorded(ocsFailure(404, '', { error: 'invite' }))
  if (wanted.roomType !== 1 && wanted.roomName.trim() === '') return unrecorded(ocsFailure(400, '', { error: 'name' }))
  const room = createRoom(world, { type: wanted.roomType, name: wanted.roomName || (invited ?? ''), description: wanted.description })
  const attendee = addAttendee(world, room.token, actor, participantTypes.owner)
  const first = systemMessage(world, room.token, actor, { name: 'conversation_created' })
  const read = { ...attendee, lastReadMessage: first.id }
  world.store.put('attendee', attendeeKey(room.token, actor), read)
  if (invited !== null) addMember(world, room, actor, userActor(world, invited))
  return ocsAnswer(201, roomView(world, world.store.get('room', room.token) ?? room, read))
}

function addMember(world: World, room: Room, actor: Actor, added: Actor): Message {
  addAttendee(world, room.token, added, room.type === 1 ? participantTypes.owner : participantTypes.user)
  return systemMessage(world, room.token, actor, { name: 'user_added', user: added })
}

function addParticipant(world: World, exchange: AccountExchange): Answer {
  const { room, attendee, actor } = mine(world, exchange)
  requireModerator(attendee)
  const schema = z.object({ newParticipant: z.string().min(1), source: z.literal('users').default('users') })
  const { newParticipant } = bodyOf(exchange, schema)
  if (!world.store.get('user', newParticipant)) return unrecorded(ocsFailure(404, '', { error: 'new-participant' }))
  const added = userActor(world, newParticipant)
  if (world.store.get('attendee', attendeeKey(room.token, added))) return ocsAnswer(200, [])
  const message = addMember(world, room, actor, added)
  return ocsAnswer(200, [], { webhooks: messageWebhooks(world, room, message, attendee.participantType) })
}

function participantView(attendee: Attendee): Record<string, unknown> {
  const { id: attendeeId, actorType, actorId, displayName, participantType } = attendee
  const rest = {
    lastPing: 0,
    inCall: 0,
    sessionIds: [],
    permissions: 254,
    attendeePermissions: 0,
    attendeePin: '',
    roomToken: attendee.token,
  }
  return { attendeeId, actorType, actorId, displayName, participantType, ...rest }
}

function removeAttendee(world: World, exchange: AccountExchange): Answer {
  const { room, attendee, actor } = mine(world, exchange)
  requireModerator(attendee)
  const { attendeeId } = bodyOf(exchange, z.object({ attendeeId: z.coerce.number() }))
  const other = attendees(world, room.token).find((member) => member.id === attendeeId)
  if (!other) return ocsFailure(404, '', { error: 'participant' })
  const removed = { type: other.actorType, id: other.actorId, name: other.displayName }
  world.store.delete('attendee', attendeeKey(room.token, removed))
  systemMessage(world, room.token, actor, { name: 'user_removed', user: removed })
  return ocsAnswer(200, null)
}

function setModerator(world: World, exchange: AccountExchange, moderator: boolean): Answer {
  const { room, attendee } = mine(world, exchange)
  requireModerator(attendee)
  const { attendeeId } = bodyOf(exchange, z.object({ attendeeId: z.coerce.number() }))
  const other = attendees(world, room.token).find((member) => member.id === attendeeId)
  if (!other || other.participantType === participantTypes.owner) return ocsFailure(404, '', null)
  const participantType = moderator ? participantTypes.moderator : participantTypes.user
  world.store.put('attendee', attendeeKey(room.token, { type: other.actorType, id: other.actorId }), { ...other, participantType })
  return ocsAnswer(200, null)
}

function leave(world: World, exchange: AccountExchange): Answer {
  const { room, actor } = mine(world, exchange)
  world.store.delete('attendee', attendeeKey(room.token, actor))
  return ocsAnswer(200, null)
}

function remove(world: World, exchange: AccountExchange): Answer {
  const { room, attendee } = mine(world, exchange)
  requireModerator(attendee)
  for (const kind of ['attendee', 'message', 'bot-room'] as const) {
    for (const [key] of world.store.entries(kind, `${room.token}/`)) world.store.delete(kind, key)
  }
  world.store.delete('room', room.token)
  return ocsAnswer(200, null)
}

function rename(world: World, exchange: AccountExchange): Answer {
  const { room, attendee, actor } = mine(world, exchange)
  requireModerator(attendee)
  const { roomName } = bodyOf(exchange, z.object({ roomName: z.string().min(1).max(255) }))
  const renamed = { ...room, name: roomName }
  world.store.put('room', room.token, renamed)
  systemMessage(world, room.token, actor, { name: 'conversation_renamed' })
  return ocsAnswer(200, roomView(world, renamed, attendee))
}

function list(world: World, exchange: AccountExchange): Answer {
  const joined = world.store.list('attendee').filter((member) => member.actorType === 'users' && member.actorId === exchange.user.id)
  const rooms = joined.flatMap((member) => {
    const room = world.store.get('room', member.token)
    return room ? [roomView(world, room, member)] : []
  })
  return ocsAnswer(200, rooms)
}

function markRead(world: World, exchange: AccountExchange): Answer {
  const { room, attendee, actor } = mine(world, exchange)
  const last = world.store.list('message', `${room.token}/`).at(-1)?.id ?? 0
  const { lastReadMessage } = bodyOf(exchange, z.object({ lastReadMessage: z.coerce.number().nullable().default(null) }))
  const read = { ...attendee, lastReadMessage: lastReadMessage ?? last }
  world.store.put('attendee', attendeeKey(room.token, actor), read)
  return ocsAnswer(200, roomView(world, room, read))
}

const rooms = '/ocs/v2.php/apps/spreed/api/v4/room'

export const roomRoutes: readonly Route[] = [
  ocsRoute(`POST ${rooms}`, 'recorded', create),
  ocsRoute(`POST ${rooms}/{token}/participants`, 'recorded', addParticipant),
  ocsRoute(`GET ${rooms}`, 'documented', list),
  ocsRoute(`GET ${rooms}/{token}`, 'documented', (world, exchange) => {
    const { room, attendee } = mine(world, exchange)
    return ocsAnswer(200, roomView(world, room, attendee))
  }),
  ocsRoute(`PUT ${rooms}/{token}`, 'documented', rename),
  ocsRoute(`DELETE ${rooms}/{token}`, 'documented', remove),
  ocsRoute(`GET ${rooms}/{token}/participants`, 'documented', (world, exchange) =>
    ocsAnswer(200, attendees(world, mine(world, exchange).room.token).map(participantView)),
  ),
  ocsRoute(`DELETE ${rooms}/{token}/attendees`, 'documented', removeAttendee),
  ocsRoute(`DELETE ${rooms}/{token}/participants/self`, 'documented', leave),
  ocsRoute(`POST ${rooms}/{token}/moderators`, 'documented', (world, exchange) => setModerator(world, exchange, true)),
  ocsRoute(`DELETE ${rooms}/{token}/moderators`, 'documented', (world, exchange) => setModerator(world, exchange, false)),
  ocsRoute('POST /ocs/v2.php/apps/spreed/api/v1/chat/{token}/read', 'documented', markRead),
]
