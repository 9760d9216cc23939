import * as z from 'zod'
import type { Caller } from './caller.ts'
import { callOcs, pathPart, phpRecord } from './ocs.ts'
import { roomSchema, messageSchema, participantSchema, type Message, type Participant, type Room } from './talk-schemas.ts'

const spreed = '/apps/spreed/api'

export interface SentMessage {
  readonly message: string
  readonly replyTo?: number
  readonly referenceId?: string
  readonly silent?: boolean
}

export interface Talk {
  readonly rooms: () => Promise<readonly Room[]>
  readonly room: (token: string) => Promise<Room>
  readonly createRoom: (room: { readonly name: string; readonly type?: 2 | 3 }) => Promise<Room>
  readonly deleteRoom: (token: string) => Promise<void>
  readonly participants: (token: string) => Promise<readonly Participant[]>
  readonly addParticipant: (token: string, userId: string) => Promise<void>
  readonly send: (token: string, message: SentMessage) => Promise<Message>
  /** Newest first, `limit` at most, older than `before` where given. */
  readonly history: (token: string, limit: number, before?: number) => Promise<readonly Message[]>
  readonly edit: (token: string, messageId: number, message: string) => Promise<void>
  readonly delete: (token: string, messageId: number) => Promise<void>
  /** Who reacted how to a message. */
  readonly reactions: (token: string, messageId: number) => Promise<Readonly<Record<string, readonly string[]>>>
}

const reactionsSchema = phpRecord(z.array(z.object({ actorType: z.string(), actorId: z.string() })))

function chatCalls(caller: Caller): Pick<Talk, 'send' | 'history' | 'edit' | 'delete' | 'reactions'> {
  const chat = (token: string): string => `${spreed}/v1/chat/${pathPart(token)}`
  return {
    send: (token, message) =>
      callOcs(
        caller,
        { doing: `writing to room ${token}`, method: 'POST', path: chat(token), body: message, expected: [201] },
        messageSchema,
      ),
    history: async (token, limit, before) => {
      const query = { lookIntoFuture: '0', limit: String(limit), ...(before === undefined ? {} : { lastKnownMessageId: String(before) }) }
      const call = { doing: `reading room ${token}`, method: 'GET', path: chat(token), query, expected: [200, 304] }
      return callOcsOrNothing(caller, call)
    },
    edit: async (token, messageId, message) => {
      const path = `${chat(token)}/${pathPart(messageId)}`
      const call = { doing: `editing message ${messageId} in room ${token}`, method: 'PUT', path, body: { message }, expected: [200, 202] }
      await callOcs(caller, call, z.unknown())
    },
    delete: async (token, messageId) => {
      const path = `${chat(token)}/${pathPart(messageId)}`
      const call = { doing: `deleting message ${messageId} in room ${token}`, method: 'DELETE', path, expected: [200, 202] }
      await callOcs(caller, call, z.unknown())
    },
    reactions: async (token, messageId) => {
      const path = `${spreed}/v1/reaction/${pathPart(token)}/${pathPart(messageId)}`
      const grouped = await callOcs(caller, { doing: `reading reactions in room ${token}`, method: 'GET', path }, reactionsSchema)
      return Object.fromEntries(
        Object.entries(grouped).map(([key, actors]) => [key, actors.map((actor) => `${actor.actorType}/${actor.actorId}`)]),
      )
    },
  }
}

/** 304 is Talk's way to say that there are no messages. */
async function callOcsOrNothing(caller: Caller, call: Parameters<typeof callOcs>[1]): Promise<readonly Message[]> {
  const quiet: Caller = async (request) => {
    const response = await caller(request)
    return response.status === 304 ? { ...response, body: Buffer.from('{"ocs":{"meta":{"statuscode":200},"data":[]}}') } : response
  }
  return callOcs(quiet, call, z.array(messageSchema))
}

/** Conversations and chat as an account sees them. */
export function createTalk(caller: Caller): Talk {
  const rooms = `${spreed}/v4/room`
  const room = (token: string): string => `${rooms}/${pathPart(token)}`
  return {
    ...chatCalls(caller),
    rooms: () => callOcs(caller, { doing: 'listing rooms', method: 'GET', path: rooms }, z.array(roomSchema)),
    room: (token) => callOcs(caller, { doing: `reading room ${token}`, method: 'GET', path: room(token) }, roomSchema),
    createRoom: ({ name, type = 2 }) => {
      const body = { roomType: type, roomName: name }
      return callOcs(caller, { doing: `making room ${JSON.stringify(name)}`, method: 'POST', path: rooms, body }, roomSchema)
    },
    deleteRoom: async (token) => {
      await callOcs(caller, { doing: `deleting room ${token}`, method: 'DELETE', path: room(token) }, z.unknown())
    },
    participants: (token) => {
      const call = { doing: `listing the participants of room ${token}`, method: 'GET', path: `${room(token)}/participants` }
      return callOcs(caller, call, z.array(participantSchema))
    },
    addParticipant: async (token, userId) => {
      const body = { newParticipant: userId, source: 'users' }
      await callOcs(
        caller,
        { doing: `adding ${userId} to room ${token}`, method: 'POST', path: `${room(token)}/participants`, body },
        z.unknown(),
      )
    },
  }
}
