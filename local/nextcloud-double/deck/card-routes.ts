import * as z from 'zod'
import { jsonAnswer, type Answer } from '../answer.ts'
import { bodyOf, type AccountExchange } from '../exchange.ts'
import type { Board, Card, Stack } from '../records.ts'
import { appRoute, type Route } from '../route.ts'
import { padded } from '../padded.ts'
import { seconds, type World } from '../world.ts'
import { board, boards } from './board-routes.ts'
import { cardOf, deckFailure, idOf, saveCard, stackOf } from './deck-access.ts'
import { cardView } from './deck-views.ts'

const instant = z.iso.datetime({ offset: true }).nullable()

const createSchema = z.object({
  title: z.string().min(1).max(255),
  type: z.string().default('plain'),
  order: z.coerce.number().int().default(999),
  description: z.string().default(''),
  duedate: instant.default(null),
  labels: z.array(z.number()).default([]),
  users: z.array(z.string()).default([]),
})

interface Place {
  readonly board: Board
  readonly stack: Stack
}

function place(world: World, exchange: AccountExchange, right: 'READ' | 'EDIT'): Place {
  const of = board(world, exchange, right)
  return { board: of, stack: stackOf(world, of, idOf(exchange, 'stack')) }
}

function located(world: World, exchange: AccountExchange, right: 'READ' | 'EDIT'): Place & { readonly card: Card } {
  const at = place(world, exchange, right)
  return { ...at, card: cardOf(world, at.stack, idOf(exchange, 'card')) }
}

function create(world: World, exchange: AccountExchange): Answer {
  const { board: of, stack } = place(world, exchange, 'EDIT')
  const { labels, users, ...wanted } = bodyOf(exchange, createSchema)
  const unknown = labels.find((id) => !of.labels.some((label) => label.id === id))
  if (unknown !== undefined) deckFailure(404, `Label ${unknown} not found`)
  const card: Card = {
    id: world.store.next('card'),
    boardId: of.id,
    stackId: stack.id,
    ...wanted,
    ownerId: exchange.user.id,
    lastEditor: null,
    createdAt: seconds(world),
    lastModified: 0,
    labelIds: labels,
    assigned: users,
    archived: false,
    done: null,
    deletedAt: 0,
  }
  return jsonAnswer(200, cardView(world, of, saveCard(world, stack, card)))
}

function change(world: World, exchange: AccountExchange, changed: (card: Card, of: Board) => Partial<Card>): Answer {
  const { board: of, stack, card } = located(world, exchange, 'EDIT')
  const edited = { ...card, ...changed(card, of), lastEditor: exchange.user.id }
  return jsonAnswer(200, cardView(world, of, saveCard(world, stack, edited)))
}

const updateSchema = z.object({
  title: z.string().min(1).max(255),
  type: z.string().default('plain'),
  order: z.coerce.number().int().optional(),
  description: z.string().default(''),
  duedate: instant.default(null),
  archived: z.boolean().optional(),
  done: instant.optional(),
  owner: z.unknown().optional(),
})

/** Deck replaces the card: what is left out of title, description and duedate is emptied. */
function update(world: World, exchange: AccountExchange): Answer {
  const { owner: _owner, order, archived, done, ...rest } = bodyOf(exchange, updateSchema)
  return change(world, exchange, (card) => ({
    ...rest,
    order: order ?? card.order,
    archived: archived ?? card.archived,
    done: done === undefined ? card.done : done,
  }))
}

function reorder(world: World, exchange: AccountExchange): Answer {
  const { board: of, stack, card } = located(world, exchange, 'EDIT')
  const { order, stackId } = bodyOf(exchange, z.object({ order: z.coerce.number().int(), stackId: z.coerce.number().int() }))
  const target = stackOf(world, of, stackId)
  world.store.delete('card', `${padded(stack.id)}/${padded(card.id)}`)
  const moved = saveCard(world, target, { ...card, stackId, order, lastEditor: exchange.user.id })
  return jsonAnswer(200, [cardView(world, of, moved)])
}

const labelBody = z.object({ labelId: z.coerce.number() })
const userBody = z.object({ userId: z.string().min(1), type: z.coerce.number().default(0) })

function assignLabel(world: World, exchange: AccountExchange): Answer {
  const { labelId } = bodyOf(exchange, labelBody)
  return change(world, exchange, (card, of) => {
    if (!of.labels.some((label) => label.id === labelId)) deckFailure(404, 'Label not found')
    return { labelIds: [...card.labelIds.filter((id) => id !== labelId), labelId] }
  })
}

function assignUser(world: World, exchange: AccountExchange): Answer {
  const { userId } = bodyOf(exchange, userBody)
  return change(world, exchange, (card, of) => {
    const member = of.ownerId === userId || of.acl.some((entry) => entry.userId === userId)
    if (!member) deckFailure(400, 'The user is not part of the board')
    return { assigned: [...card.assigned.filter((id) => id !== userId), userId] }
  })
}

const cards = `${boards}/{board}/stacks/{stack}/cards` as const

export const cardRoutes: readonly Route[] = [
  appRoute(`POST ${cards}`, 'recorded', create),
  appRoute(`GET ${cards}/{card}`, 'documented', (world, exchange) => {
    const at = located(world, exchange, 'READ')
    return jsonAnswer(200, cardView(world, at.board, at.card))
  }),
  appRoute(`PUT ${cards}/{card}`, 'documented', update),
  appRoute(`DELETE ${cards}/{card}`, 'documented', (world, exchange) => change(world, exchange, () => ({ deletedAt: seconds(world) }))),
  appRoute(`PUT ${cards}/{card}/reorder`, 'documented', reorder),
  appRoute(`PUT ${cards}/{card}/archive`, 'documented', (world, exchange) => change(world, exchange, () => ({ archived: true }))),
  appRoute(`PUT ${cards}/{card}/unarchive`, 'documented', (world, exchange) => change(world, exchange, () => ({ archived: false }))),
  appRoute(`PUT ${cards}/{card}/assignLabel`, 'documented', assignLabel),
  appRoute(`PUT ${cards}/{card}/removeLabel`, 'documented', (world, exchange) => {
    const { labelId } = bodyOf(exchange, labelBody)
    return change(world, exchange, (card) => ({ labelIds: card.labelIds.filter((id) => id !== labelId) }))
  }),
  appRoute(`PUT ${cards}/{card}/assignUser`, 'documented', assignUser),
  appRoute(`PUT ${cards}/{card}/unassignUser`, 'documented', (world, exchange) => {
    const { userId } = bodyOf(exchange, userBody)
    return change(world, exchange, (card) => ({ assigned: card.assigned.filter((id) => id !== userId) }))
  }),
]
