import * as z from 'zod'
import { jsonAnswer, unrecorded, type Answer } from '../answer.ts'
import { bodyOf, type AccountExchange } from '../exchange.ts'
import type { Board, DeckLabel, Stack } from '../records.ts'
import { appRoute, type Route } from '../route.ts'
import { padded } from '../padded.ts'
import { seconds, type World } from '../world.ts'
import { boardFor, deckFailure, idOf, stackOf, type Right } from './deck-access.ts'
import { accessView, boardView, cardView, labelView, permissionsOn, stackView } from './deck-views.ts'

const color = z.string().regex(/^[0-9a-fA-F]{6}$/)
const title = z.string().min(1).max(255)

const defaultLabels = [
  ['Finished', '31CC7C'],
  ['To review', '317CCC'],
  ['Action needed', 'FF7A66'],
  ['Later', 'F1DB50'],
] as const

export function board(world: World, exchange: AccountExchange, right: Right): Board {
  return boardFor(world, idOf(exchange, 'board'), exchange.user.id, right)
}

function save(world: World, changed: Board): Board {
  const saved = { ...changed, lastModified: seconds(world) }
  world.store.put('board', padded(saved.id), saved)
  return saved
}

function newLabel(world: World, wanted: Omit<DeckLabel, 'id'>): DeckLabel {
  return { ...wanted, id: world.store.next('deck-label') }
}

function create(world: World, exchange: AccountExchange): Answer {
  const wanted = bodyOf(exchange, z.object({ title: z.string().min(1).max(100), color }))
  const made: Board = {
    id: world.store.next('board'),
    ...wanted,
    ownerId: exchange.user.id,
    archived: false,
    labels: defaultLabels.map(([name, hex]) => newLabel(world, { title: name, color: hex })),
    acl: [],
    deletedAt: 0,
    lastModified: 0,
  }
  world.store.put('board', padded(made.id), made)
  return jsonAnswer(200, boardView(world, made, exchange.user.id))
}

function list(world: World, exchange: AccountExchange): Answer {
  const userId = exchange.user.id
  const readable = world.store.list('board').filter((one) => one.deletedAt === 0 && permissionsOn(one, userId)['PERMISSION_READ'])
  return jsonAnswer(
    200,
    readable.map((one) => boardView(world, one, userId)),
  )
}

function update(world: World, exchange: AccountExchange): Answer {
  const change = bodyOf(exchange, z.object({ title: z.string().min(1).max(100), color, archived: z.boolean().default(false) }))
  return jsonAnswer(200, boardView(world, save(world, { ...board(world, exchange, 'MANAGE'), ...change }), exchange.user.id))
}

function remove(world: World, exchange: AccountExchange): Answer {
  const gone = save(world, { ...board(world, exchange, 'MANAGE'), deletedAt: seconds(world) })
  return jsonAnswer(200, boardView(world, gone, exchange.user.id))
}

const accessSchema = z.object({
  type: z.literal(0).default(0),
  participant: z.string().min(1),
  permissionEdit: z.boolean().default(false),
  permissionShare: z.boolean().default(false),
  permissionManage: z.boolean().default(false),
})

function share(world: World, exchange: AccountExchange): Answer {
  const shared = board(world, exchange, 'SHARE')
  const wanted = bodyOf(exchange, accessSchema)
  if (!world.store.get('user', wanted.participant)) deckFailure(400, 'participant must be an account')
  const rights = { edit: wanted.permissionEdit, share: wanted.permissionShare, manage: wanted.permissionManage }
  const entry = { id: world.store.next('deck-acl'), userId: wanted.participant, ...rights }
  const others = shared.acl.filter((other) => other.userId !== wanted.participant)
  return jsonAnswer(200, accessView(world, save(world, { ...shared, acl: [...others, entry] }), entry.id))
}

function unshare(world: World, exchange: AccountExchange): Answer {
  const shared = board(world, exchange, 'SHARE')
  const id = idOf(exchange, 'access')
  const view = accessView(world, shared, id) ?? deckFailure(404, 'no such access')
  save(world, { ...shared, acl: shared.acl.filter((entry) => entry.id !== id) })
  return jsonAnswer(200, view)
}

function createLabel(world: World, exchange: AccountExchange): Answer {
  const changed = board(world, exchange, 'MANAGE')
  const label = newLabel(world, bodyOf(exchange, z.object({ title: z.string().min(1).max(100), color })))
  return jsonAnswer(200, labelView(save(world, { ...changed, labels: [...changed.labels, label] }), label.id, null))
}

function removeLabel(world: World, exchange: AccountExchange): Answer {
  const changed = board(world, exchange, 'MANAGE')
  const id = idOf(exchange, 'label')
  const view = labelView(changed, id, null) ?? deckFailure(404, 'Label not found')
  save(world, { ...changed, labels: changed.labels.filter((label) => label.id !== id) })
  return jsonAnswer(200, view)
}

function createStack(world: World, exchange: AccountExchange): Answer {
  const { id: boardId } = board(world, exchange, 'MANAGE')
  const wanted = bodyOf(exchange, z.object({ title: z.string().min(1).max(100), order: z.coerce.number().int().default(0) }))
  const stack: Stack = { id: world.store.next('stack'), boardId, ...wanted, deletedAt: 0, lastModified: 0 }
  world.store.put('stack', `${padded(boardId)}/${padded(stack.id)}`, stack)
  return jsonAnswer(200, stackView(stack))
}

function stackWithCards(world: World, of: Board, stack: Stack): Record<string, unknown> {
  const cards = world.store.list('card', `${padded(stack.id)}/`).filter((card) => card.deletedAt === 0 && !card.archived)
  const sorted = cards.toSorted((left, right) => left.order - right.order || left.id - right.id)
  // A stack without cards has no such field.
  return { ...stackView(stack), ...(sorted.length > 0 ? { cards: sorted.map((card) => cardView(world, of, card)) } : {}) }
}

function listStacks(world: World, exchange: AccountExchange): Answer {
  const of = board(world, exchange, 'READ')
  const stacks = world.store.list('stack', `${padded(of.id)}/`).filter((stack) => stack.deletedAt === 0)
  const sorted = stacks.toSorted((left, right) => left.order - right.order || left.id - right.id)
  return jsonAnswer(
    200,
    sorted.map((stack) => stackWithCards(world, of, stack)),
  )
}

function listArchived(world: World, exchange: AccountExchange): Answer {
  const of = board(world, exchange, 'READ')
  const stacks = world.store.list('stack', `${padded(of.id)}/`).map((stack) => {
    const cards = world.store.list('card', `${padded(stack.id)}/`).filter((card) => card.deletedAt === 0 && card.archived)
    return { ...stackView(stack), cards: cards.map((card) => cardView(world, of, card)) }
  })
  return jsonAnswer(200, stacks)
}

function changeStack(world: World, exchange: AccountExchange, change: Partial<Stack>): Answer {
  const stack = stackOf(world, board(world, exchange, 'MANAGE'), idOf(exchange, 'stack'))
  const changed = { ...stack, ...change, lastModified: seconds(world) }
  world.store.put('stack', `${padded(stack.boardId)}/${padded(stack.id)}`, changed)
  return jsonAnswer(200, stackView(changed))
}

export const boards = '/index.php/apps/deck/api/v1.0/boards'

export const boardRoutes: readonly Route[] = [
  appRoute(`POST ${boards}`, 'recorded', create),
  appRoute(`GET ${boards}`, 'documented', list),
  // The recordings hold only the answer about somebody else's board.
  appRoute(`GET ${boards}/{board}`, 'recorded', (world, exchange) =>
    unrecorded(jsonAnswer(200, boardView(world, board(world, exchange, 'READ'), exchange.user.id))),
  ),
  appRoute(`PUT ${boards}/{board}`, 'documented', update),
  appRoute(`DELETE ${boards}/{board}`, 'documented', remove),
  appRoute(`POST ${boards}/{board}/acl`, 'documented', share),
  appRoute(`DELETE ${boards}/{board}/acl/{access}`, 'documented', unshare),
  appRoute(`POST ${boards}/{board}/labels`, 'documented', createLabel),
  appRoute(`DELETE ${boards}/{board}/labels/{label}`, 'documented', removeLabel),
  appRoute(`POST ${boards}/{board}/stacks`, 'recorded', createStack),
  appRoute(`GET ${boards}/{board}/stacks`, 'recorded', listStacks),
  appRoute(`GET ${boards}/{board}/stacks/archived`, 'documented', listArchived),
  appRoute(`GET ${boards}/{board}/stacks/{stack}`, 'documented', (world, exchange) => {
    const of = board(world, exchange, 'READ')
    return jsonAnswer(200, stackWithCards(world, of, stackOf(world, of, idOf(exchange, 'stack'))))
  }),
  appRoute(`PUT ${boards}/{board}/stacks/{stack}`, 'documented', (world, exchange) =>
    changeStack(world, exchange, bodyOf(exchange, z.object({ title: title.max(100), order: z.coerce.number().int() }))),
  ),
  appRoute(`DELETE ${boards}/{board}/stacks/{stack}`, 'documented', (world, exchange) =>
    changeStack(world, exchange, { deletedAt: seconds(world) }),
  ),
]
