import type { Message } from '../records.ts'
import type { World } from '../world.ts'
import { messageKey, withMentions } from './messages.ts'
import type { Actor } from './rooms.ts'

type Parameters = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Sentences of system messages: for the one who acted, for the one it was done to, for the others. */
const sentences: Readonly<Record<string, readonly [string, string, string]>> = {
  conversation_created: ['You created the conversation', '', '{actor} created the conversation'],
  conversation_renamed: ['You renamed the conversation', '', '{actor} renamed the conversation'],
  user_added: ['You added {user}', '{actor} added you', '{actor} added {user}'],
  user_removed: ['You removed {user}', '{actor} removed you', '{actor} removed {user}'],
  message_deleted: ['Message deleted by you', '', 'Message deleted by {actor}'],
  message_edited: ['You edited a message', '', '{actor} edited a message'],
}

function systemText(message: Message, viewer: Pick<Actor, 'type' | 'id'>): string {
  const sentence = sentences[message.systemMessage]
  if (!sentence) return message.text
  if (message.actorType === viewer.type && message.actorId === viewer.id) return sentence[0]
  return message.parameters['user']?.['id'] === viewer.id ? sentence[1] : sentence[2]
}

export function renderedText(
  world: World,
  message: Message,
  viewer: Pick<Actor, 'type' | 'id'>,
): { message: string; parameters: Parameters } {
  if (message.messageType === 'system') return { message: systemText(message, viewer), parameters: message.parameters }
  if (message.messageType === 'comment_deleted') return { message: 'Message deleted by author', parameters: {} }
  const mentions = withMentions(world, message.text)
  return { message: mentions.message, parameters: { ...message.parameters, ...mentions.parameters } }
}

/** PHP prints an empty map as a list. */
export function phpMap(map: Readonly<Record<string, unknown>>): unknown {
  return Object.keys(map).length === 0 ? [] : map
}

function reactionCounts(message: Message): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { reaction } of message.reactions) counts[reaction] = (counts[reaction] ?? 0) + 1
  return counts
}

function editedView(message: Message): Record<string, unknown> {
  if (!message.edited) return {}
  const { actorType, actorId, actorDisplayName, timestamp } = message.edited
  return {
    lastEditActorType: actorType,
    lastEditActorId: actorId,
    lastEditActorDisplayName: actorDisplayName,
    lastEditTimestamp: timestamp,
  }
}

/** A message as `viewer` reads it in the chat, without its parent. */
function plainMessageView(world: World, message: Message, viewer: Pick<Actor, 'type' | 'id'>): Record<string, unknown> {
  const { id, token, actorType, actorId, actorDisplayName, timestamp, systemMessage, messageType, referenceId } = message
  const rendered = renderedText(world, message, viewer)
  const talk = messageType === 'comment'
  return {
    id,
    token,
    actorType,
    actorId,
    actorDisplayName,
    timestamp,
    message: rendered.message,
    messageParameters: phpMap(rendered.parameters),
    systemMessage,
    messageType,
    isReplyable: talk,
    referenceId,
    reactions: reactionCounts(message),
    expirationTimestamp: 0,
    markdown: talk,
    ...(message.silent ? { silent: true } : {}),
    ...editedView(message),
  }
}

export function messageView(world: World, message: Message, viewer: Pick<Actor, 'type' | 'id'>): Record<string, unknown> {
  const view = plainMessageView(world, message, viewer)
  const parent = message.parentId === null ? undefined : world.store.get('message', messageKey(message.token, message.parentId))
  return parent ? { ...view, parent: plainMessageView(world, parent, viewer) } : view
}
