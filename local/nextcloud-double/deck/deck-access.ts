import { jsonAnswer, Refusal, unrecorded, type Answer } from '../answer.ts'
import { parameter, type Exchange } from '../exchange.ts'
import type { Board, Card, Stack } from '../records.ts'
import { padded } from '../padded.ts'
import { seconds, type World } from '../world.ts'
import { permissionsOn } from './deck-views.ts'

/** Deck answers a board of somebody else, through this interface, with Nextcloud's page for a server fault. */
const serverFault: Answer = {
  status: 500,
  headers: { 'content-type': 'text/html; charset=UTF-8' },
  body: '<!DOCTYPE html>\n<html><head><title>Nextcloud double</title></head><body><h2>Internal Server Error</h2>\n<p>The server was unable to complete your request.</p></body></html>\n',
}

export function deckFailure(status: number, message: string): never {
  throw new Refusal(unrecorded(jsonAnswer(status, { status, message })))
}

export function idOf(exchange: Exchange, name: string): number {
  const text = parameter(exchange, name)
  return /^\d{1,12}$/.test(text) ? Number(text) : deckFailure(400, `${name} must be a number`)
}

export type Right = 'READ' | 'EDIT' | 'MANAGE' | 'SHARE'

/** The board, when the account may do that with it. */
export function boardFor(world: World, boardId: number, userId: string, right: Right): Board {
  const board = world.store.get('board', padded(boardId))
  if (!board || board.deletedAt > 0) deckFailure(404, 'Board not found')
  if (!permissionsOn(board, userId)[`PERMISSION_${right}`]) throw new Refusal(serverFault)
  return board
}

export function stackOf(world: World, board: Board, stackId: number): Stack {
  const stack = world.store.get('stack', `${padded(board.id)}/${padded(stackId)}`)
  return stack && stack.deletedAt === 0 ? stack : deckFailure(404, 'Stack not found')
}

export function cardOf(world: World, stack: Stack, cardId: number): Card {
  const card = world.store.get('card', `${padded(stack.id)}/${padded(cardId)}`)
  return card && card.deletedAt === 0 ? card : deckFailure(404, 'Card not found')
}

/** Stores a card and marks its stack as changed. */
export function saveCard(world: World, stack: Stack, card: Card): Card {
  const saved = { ...card, lastModified: seconds(world) }
  world.store.put('card', `${padded(card.stackId)}/${padded(card.id)}`, saved)
  world.store.put('stack', `${padded(stack.boardId)}/${padded(stack.id)}`, { ...stack, lastModified: saved.lastModified })
  return saved
}
