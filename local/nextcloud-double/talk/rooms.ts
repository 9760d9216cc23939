import { ocsFailure, Refusal, unrecorded } from '../answer.ts'
import type { Attendee, Room } from '../records.ts'
import { randomText, seconds, type World } from '../world.ts'

export const participantTypes = { owner: 1, moderator: 2, user: 3, guest: 4 } as const

export interface Actor {
  readonly type: string
  readonly id: string
  readonly name: string
}

export function userActor(world: World, userId: string): Actor {
  return { type: 'users', id: userId, name: world.store.get('user', userId)?.displayName ?? userId }
}

export function attendeeKey(token: string, actor: Pick<Actor, 'type' | 'id'>): string {
  return `${token}/${actor.type}/${actor.id}`
}

export function attendees(world: World, token: string): readonly Attendee[] {
  return world.store.list('attendee', `${token}/`)
}

/** The room and the caller's place in it; a room that the caller is not in does not exist for it. */
export function joinedRoom(world: World, token: string, actor: Pick<Actor, 'type' | 'id'>): { room: Room; attendee: Attendee } {
  const room = world.store.get('room', token)
  const attendee = world.store.get('attendee', attendeeKey(token, actor))
  if (!room || !attendee) throw new Refusal(unrecorded(ocsFailure(404, '', null)))
  return { room, attendee }
}

export function requireModerator(attendee: Attendee): void {
  if (attendee.participantType > participantTypes.moderator) throw new Refusal(unrecorded(ocsFailure(403, '', null)))
}

export function addAttendee(world: World, token: string, actor: Actor, participantType: number): Attendee {
  const attendee: Attendee = {
    id: world.store.next('attendee'),
    token,
    actorType: actor.type,
    actorId: actor.id,
    displayName: actor.name,
    participantType,
    lastReadMessage: 0,
  }
  world.store.put('attendee', attendeeKey(token, actor), attendee)
  return attendee
}

export function createRoom(world: World, wanted: Pick<Room, 'type' | 'name'> & { readonly description?: string | undefined }): Room {
  const room: Room = {
    id: world.store.next('room'),
    token: randomText(8, 'room'),
    type: wanted.type,
    name: wanted.name,
    description: wanted.description ?? '',
    readOnly: 0,
    lastActivity: seconds(world),
  }
  world.store.put('room', room.token, room)
  return room
}
