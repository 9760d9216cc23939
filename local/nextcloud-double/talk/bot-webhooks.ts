import type { Bot, Message, Room } from '../records.ts'
import { phpJson } from '../php-json.ts'
import { padded } from '../padded.ts'
import type { Webhook } from '../webhook.ts'
import type { World } from '../world.ts'
import { phpMap, renderedText } from './message-view.ts'
import { messageKey } from './messages.ts'

export const botFeatures = { none: 0, webhook: 1, response: 2, event: 4, reaction: 8 } as const

/** A bot's three states (`talk:bot:state`). `noSetup`: only an administrator adds it to rooms. */
export const botStates = { disabled: 0, enabled: 1, noSetup: 2 } as const

function roomObject(room: Room): Record<string, string> {
  return { type: 'Collection', id: room.token, name: room.name }
}

export function botsOf(world: World, token: string): readonly Bot[] {
  const links = world.store.list('bot-room', `${token}/`).filter((link) => link.state !== botStates.disabled)
  return links.flatMap((link) => {
    const bot = world.store.get('bot', padded(link.botId))
    return bot && bot.state !== botStates.disabled ? [bot] : []
  })
}

/** Sent to a bot when it enters or leaves a room. */
export function membershipWebhook(type: 'Join' | 'Leave', bot: Bot, room: Room): Webhook {
  const actor = { type: 'Application', id: `bots/bot-${bot.urlHash}`, name: bot.name }
  return { bot, payload: { type, actor, object: roomObject(room) } }
}

function note(world: World, message: Message): Record<string, unknown> {
  const { message: text, parameters } = renderedText(world, message, { type: 'none', id: '' })
  return {
    type: 'Note',
    id: String(message.id),
    name: message.systemMessage || 'message',
    content: phpJson({ message: text, parameters: phpMap(parameters) }),
    mediaType: 'text/markdown',
  }
}

function inReplyTo(world: World, message: Message): Record<string, unknown> {
  const parent = message.parentId === null ? undefined : world.store.get('message', messageKey(message.token, message.parentId))
  if (!parent) return {}
  return {
    inReplyTo: {
      type: 'Note',
      actor: { type: 'Person', id: `${parent.actorType}/${parent.actorId}`, name: parent.actorDisplayName },
      object: note(world, parent),
    },
  }
}

/** What every webhook bot of the room is told about a message of a person: none about the words of bots. */
export function messageWebhooks(world: World, room: Room, message: Message, participantType: number): readonly Webhook[] {
  const id = `${message.actorType}/${message.actorId}`
  const payload = {
    type: message.systemMessage ? 'Activity' : 'Create',
    actor: { type: 'Person', id, name: message.actorDisplayName, talkParticipantType: String(participantType) },
    object: { ...note(world, message), ...inReplyTo(world, message) },
    target: roomObject(room),
  }
  const listening = botsOf(world, room.token).filter((bot) => (bot.features & botFeatures.webhook) !== 0)
  return listening.map((bot) => ({ bot, payload }))
}
