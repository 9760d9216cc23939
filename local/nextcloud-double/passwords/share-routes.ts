import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { jsonAnswer, Refusal, type Answer } from '../answer.ts'
import { bodyOf, type AccountExchange } from '../exchange.ts'
import type { PasswordShare } from '../records.ts'
import type { Route } from '../route.ts'
import { seconds, type World } from '../world.ts'
import { ownEntry, passwordsRoute } from './password-routes.ts'
import { shareView } from './password-view.ts'
import { notFound, passwordsFailure } from './passwords-answer.ts'

const createSchema = z.object({
  password: z.string(),
  receiver: z.string(),
  type: z.literal('user').default('user'),
  expires: z.int().nullable().default(null),
  editable: z.boolean().default(false),
  shareable: z.boolean().default(true),
})

function create(world: World, exchange: AccountExchange): Answer {
  const wanted = bodyOf(exchange, createSchema)
  const entry = ownEntry(world, exchange, wanted.password)
  if (!world.store.get('user', wanted.receiver) || wanted.receiver === exchange.user.id)
    return passwordsFailure(400, 'Invalid receiver uid')
  if (entry.cseType !== 'none') return passwordsFailure(400, 'CSE type does not support sharing')
  const twice = world.store.list('password-share').some((share) => share.sourceId === entry.id && share.receiverId === wanted.receiver)
  if (twice) return passwordsFailure(400, 'Password already shared with receiver')
  const now = seconds(world)
  const { expires, editable, shareable } = wanted
  const people = { ownerId: exchange.user.id, receiverId: wanted.receiver, sourceId: entry.id, targetId: null }
  const share: PasswordShare = {
    id: randomUUID(),
    ...people,
    created: now,
    updated: now,
    expires,
    editable,
    shareable,
    sourceUpdated: true,
    targetUpdated: false,
    client: exchange.headers['user-agent'] ?? 'unknown',
  }
  world.store.put('password-share', share.id, share)
  world.store.put('password', entry.id, { ...entry, hasShares: true })
  return jsonAnswer(201, { id: share.id })
}

function mine(world: World, exchange: AccountExchange, id: string): PasswordShare {
  const share = world.store.get('password-share', id)
  if (!share || (share.ownerId !== exchange.user.id && share.receiverId !== exchange.user.id)) throw new Refusal(notFound)
  return share
}

/** The receiver's copy stays readable until the background job runs; only its share is gone at once. */
function remove(world: World, exchange: AccountExchange): Answer {
  const share = mine(world, exchange, bodyOf(exchange, z.object({ id: z.string() })).id)
  world.store.delete('password-share', share.id)
  return jsonAnswer(200, { id: share.id })
}

function list(world: World, exchange: AccountExchange): Answer {
  const user = exchange.user.id
  const shares = world.store
    .list('password-share')
    .filter((share) => share.ownerId === user || (share.receiverId === user && share.targetId !== null))
  return jsonAnswer(
    200,
    shares.map((share) => shareView(world, share, user)),
  )
}

function show(world: World, exchange: AccountExchange): Answer {
  const share = mine(world, exchange, bodyOf(exchange, z.object({ id: z.string() })).id)
  return jsonAnswer(200, shareView(world, share, exchange.user.id))
}

function partners(world: World, exchange: AccountExchange): Answer {
  const others = world.store.list('user').filter((user) => user.id !== exchange.user.id)
  return jsonAnswer(200, Object.fromEntries(others.map((user) => [user.id, user.displayName])))
}

export const passwordShareRoutes: readonly Route[] = [
  passwordsRoute('POST share/create', 'recorded', create),
  passwordsRoute('POST share/list', 'recorded', list),
  passwordsRoute('POST share/show', 'documented', show),
  passwordsRoute('DELETE share/delete', 'recorded', remove),
  passwordsRoute('GET share/partners', 'documented', partners),
]
