import * as z from 'zod'
import { ocsAnswer, ocsFailure, Refusal, unrecorded, type Answer } from '../answer.ts'
import { bodyOf, numberParameter, type AccountExchange } from '../exchange.ts'
import type { CardComment } from '../records.ts'
import { ocsRoute, type Route } from '../route.ts'
import { padded } from '../padded.ts'
import { withMentions } from '../talk/messages.ts'
import { seconds, type World } from '../world.ts'
import { permissionsOn } from './deck-views.ts'

function refuse(code: number): never {
  throw new Refusal(unrecorded(ocsFailure(code, '')))
}

/** The card's number, when the account may read its board. */
function readableCard(world: World, exchange: AccountExchange): number {
  const id = numberParameter(exchange, 'card')
  const card = world.store.list('card').find((one) => one.id === id && one.deletedAt === 0)
  const board = card && world.store.get('board', padded(card.boardId))
  if (!card || !board || !permissionsOn(board, exchange.user.id)['PERMISSION_READ']) refuse(403)
  return card.id
}

function view(world: World, comment: CardComment): Record<string, unknown> {
  const { id, cardId, message, actorId, created, parentId } = comment
  const actorDisplayName = world.store.get('user', actorId)?.displayName ?? actorId
  const mentions = Object.values(withMentions(world, message).parameters).map((mentioned) => ({
    mentionId: mentioned['id'],
    mentionType: 'user',
    mentionDisplayName: mentioned['name'],
  }))
  const creationDateTime = new Date(created * 1000).toISOString().replace(/\.\d+Z$/, '+00:00')
  const parent = parentId === 0 ? undefined : world.store.get('card-comment', `${padded(cardId)}/${padded(parentId)}`)
  const answered = parent ? { replyTo: view(world, parent) } : {}
  return { id, objectId: cardId, message, actorId, actorType: 'users', actorDisplayName, creationDateTime, mentions, ...answered }
}

const bodySchema = z.object({ message: z.string().min(1).max(1000), parentId: z.coerce.number().default(0) })

function create(world: World, exchange: AccountExchange): Answer {
  const cardId = readableCard(world, exchange)
  const { message, parentId } = bodyOf(exchange, bodySchema)
  if (parentId !== 0 && !world.store.get('card-comment', `${padded(cardId)}/${padded(parentId)}`)) refuse(400)
  const comment = { id: world.store.next('comment'), cardId, message, actorId: exchange.user.id, created: seconds(world), parentId }
  world.store.put('card-comment', `${padded(cardId)}/${padded(comment.id)}`, comment)
  return ocsAnswer(200, view(world, comment))
}

function own(world: World, exchange: AccountExchange): { key: string; comment: CardComment } {
  const key = `${padded(readableCard(world, exchange))}/${padded(numberParameter(exchange, 'comment'))}`
  const comment = world.store.get('card-comment', key) ?? refuse(404)
  return comment.actorId === exchange.user.id ? { key, comment } : refuse(403)
}

function update(world: World, exchange: AccountExchange): Answer {
  const { key, comment } = own(world, exchange)
  const changed = { ...comment, message: bodyOf(exchange, bodySchema).message }
  world.store.put('card-comment', key, changed)
  return ocsAnswer(200, view(world, changed))
}

function list(world: World, exchange: AccountExchange): Answer {
  const comments = world.store.list('card-comment', `${padded(readableCard(world, exchange))}/`)
  const limit = Number(exchange.query.get('limit') ?? 20)
  const offset = Number(exchange.query.get('offset') ?? 0)
  return ocsAnswer(
    200,
    comments
      .toReversed()
      .slice(offset, offset + limit)
      .map((comment) => view(world, comment)),
  )
}

const comments = '/ocs/v2.php/apps/deck/api/v1.0/cards/{card}/comments'

export const commentRoutes: readonly Route[] = [
  ocsRoute(`POST ${comments}`, 'recorded', create),
  ocsRoute(`GET ${comments}`, 'documented', list),
  ocsRoute(`PUT ${comments}/{comment}`, 'documented', update),
  ocsRoute(`DELETE ${comments}/{comment}`, 'documented', (world, exchange) => {
    world.store.delete('card-comment', own(world, exchange).key)
    return ocsAnswer(200, [])
  }),
]
