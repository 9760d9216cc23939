import * as z from 'zod'
import { ocsFailure, Refusal } from '../answer.ts'
import type { Webhook } from '../webhook.ts'
import type { World } from '../world.ts'
import { messageWebhooks } from './bot-webhooks.ts'
import { storeMessage } from './messages.ts'
import { addAttendee, attendeeKey, participantTypes } from './rooms.ts'

/** A message from somebody without an account here: a guest or a federated user. */
export const postAsSchema = z.strictObject({
  room: z.string().min(1),
  actorType: z.enum(['guests', 'federated_users']),
  actorId: z.string().min(1),
  displayName: z.string().default(''),
  message: z.string().min(1),
})

/** Writes a guest's or federated user's message; they join the room when they are not in it. For tests: Nextcloud has no such call. */
export function postAs(world: World, wanted: z.output<typeof postAsSchema>): { id: number; webhooks: readonly Webhook[] } {
  return world.store.transaction(() => {
    const room = world.store.get('room', wanted.room)
    if (!room) throw new Refusal(ocsFailure(404, 'no such room'))
    const actor = { type: wanted.actorType, id: wanted.actorId, name: wanted.displayName }
    const type = wanted.actorType === 'guests' ? participantTypes.guest : participantTypes.user
    const attendee = world.store.get('attendee', attendeeKey(room.token, actor)) ?? addAttendee(world, room.token, actor, type)
    const message = storeMessage(world, room.token, actor, { text: wanted.message })
    return { id: message.id, webhooks: messageWebhooks(world, room, message, attendee.participantType) }
  })
}
