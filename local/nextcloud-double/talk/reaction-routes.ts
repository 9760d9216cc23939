import * as z from 'zod'
import { ocsAnswer, type Answer } from '../answer.ts'
import { bodyOf, numberParameter, type AccountExchange } from '../exchange.ts'
import type { Message } from '../records.ts'
import { ocsRoute, type Route } from '../route.ts'
import { seconds, type World } from '../world.ts'
import { phpMap } from './message-view.ts'
import { messageKey, messageOf, storeMessage } from './messages.ts'
import { mine } from './room-routes.ts'
import type { Actor } from './rooms.ts'

export const reactionSchema = z.object({ reaction: z.string().min(1).max(32) })

function sameActor(actor: Actor, reaction: string): (given: Message['reactions'][number]) => boolean {
  return (given) => given.reaction === reaction && given.actorType === actor.type && given.actorId === actor.id
}

/** Adds an actor's reaction; a second equal one changes nothing. True when it was new. */
export function addReaction(world: World, message: Message, actor: Actor, reaction: string): boolean {
  if (message.reactions.some(sameActor(actor, reaction))) return false
  const given = { reaction, actorType: actor.type, actorId: actor.id, actorDisplayName: actor.name, timestamp: seconds(world) }
  world.store.put('message', messageKey(message.token, message.id), { ...message, reactions: [...message.reactions, given] })
  storeMessage(world, message.token, actor, { text: reaction, systemMessage: 'reaction', parentId: message.id })
  return true
}

export function removeReaction(world: World, message: Message, actor: Actor, reaction: string): void {
  const matches = sameActor(actor, reaction)
  const reactions = message.reactions.filter((given) => !matches(given))
  world.store.put('message', messageKey(message.token, message.id), { ...message, reactions })
}

function reactionsView(world: World, token: string, id: number): unknown {
  const grouped: Record<string, unknown[]> = {}
  for (const { reaction, ...actor } of messageOf(world, token, id).reactions) grouped[reaction] = [...(grouped[reaction] ?? []), actor]
  return phpMap(grouped)
}

function located(world: World, exchange: AccountExchange): { message: Message; actor: Actor } {
  const { room, actor } = mine(world, exchange)
  return { message: messageOf(world, room.token, numberParameter(exchange, 'message')), actor }
}

function add(world: World, exchange: AccountExchange): Answer {
  const { message, actor } = located(world, exchange)
  const isNew = addReaction(world, message, actor, bodyOf(exchange, reactionSchema).reaction)
  return ocsAnswer(isNew ? 201 : 200, reactionsView(world, message.token, message.id))
}

function remove(world: World, exchange: AccountExchange): Answer {
  const { message, actor } = located(world, exchange)
  removeReaction(world, message, actor, bodyOf(exchange, reactionSchema).reaction)
  return ocsAnswer(200, reactionsView(world, message.token, message.id))
}

const reactions = '/ocs/v2.php/apps/spreed/api/v1/reaction/{token}/{message}'

export const reactionRoutes: readonly Route[] = [
  ocsRoute(`POST ${reactions}`, 'recorded', add),
  ocsRoute(`DELETE ${reactions}`, 'documented', remove),
  ocsRoute(`GET ${reactions}`, 'documented', (world, exchange) => {
    const { message } = located(world, exchange)
    return ocsAnswer(200, reactionsView(world, message.token, message.id))
  }),
]
