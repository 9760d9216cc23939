import { ocsFailure, Refusal, unrecorded } from '../answer.ts'
import type { Message } from '../records.ts'
import { padded } from '../padded.ts'
import { seconds, type World } from '../world.ts'
import type { Actor } from './rooms.ts'

export interface NewMessage {
  readonly text: string
  readonly systemMessage?: string
  readonly messageType?: string
  readonly parameters?: Message['parameters']
  readonly referenceId?: string | undefined
  readonly parentId?: number | null
  readonly silent?: boolean
}

export function messageKey(token: string, id: number): string {
  return `${token}/${padded(id)}`
}

/** Stores a message or system message with the next comment number and moves the room's last activity. */
export function storeMessage(world: World, token: string, actor: Actor, message: NewMessage): Message {
  const stored: Message = {
    id: world.store.next('comment'),
    token,
    actorType: actor.type,
    actorId: actor.id,
    actorDisplayName: actor.name,
    timestamp: seconds(world),
    text: message.text,
    parameters: message.parameters ?? {},
    systemMessage: message.systemMessage ?? '',
    messageType: message.messageType ?? (message.systemMessage ? 'system' : 'comment'),
    referenceId: message.referenceId ?? '',
    reactions: [],
    parentId: message.parentId ?? null,
    silent: message.silent ?? false,
  }
  world.store.put('message', messageKey(token, stored.id), stored)
  const room = world.store.get('room', token)
  if (room) world.store.put('room', token, { ...room, lastActivity: stored.timestamp })
  return stored
}

export function messageOf(world: World, token: string, id: number): Message {
  const message = world.store.get('message', messageKey(token, id))
  if (!message) throw new Refusal(unrecorded(ocsFailure(404, '', null)))
  return message
}

/** `@name` and `@"name with spaces"` of accounts that exist, as placeholders with their parameters. */
export function withMentions(world: World, text: string): { message: string; parameters: Record<string, Record<string, string>> } {
  const parameters: Record<string, Record<string, string>> = {}
  const known = new Map<string, string>()
  const message = text.replaceAll(/@(?:"([^"\n]{1,64})"|([A-Za-z0-9_.@-]{1,64}))/g, (whole, quoted?: string, plain?: string) => {
    const id = quoted ?? plain ?? ''
    const user = world.store.get('user', id)
    if (!user) return whole
    const name = known.get(id) ?? `mention-user${known.size + 1}`
    known.set(id, name)
    parameters[name] = { type: 'user', id, name: user.displayName, 'mention-id': id }
    return `{${name}}`
  })
  return { message, parameters }
}
