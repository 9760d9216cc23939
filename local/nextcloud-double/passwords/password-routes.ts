import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { jsonAnswer, Refusal, unrecorded, type Answer } from '../answer.ts'
import { bodyOf, type AccountExchange } from '../exchange.ts'
import type { PasswordEntry } from '../records.ts'
import { appRoute, type Evidence, type Route } from '../route.ts'
import { seconds, type World } from '../world.ts'
import { passwordView } from './password-view.ts'
import { notFound, passwordsFailure, withSession } from './passwords-answer.ts'

const baseFolder = '00000000-0000-0000-0000-000000000000'

const fields = z.object({
  label: z.string().max(64).default(''),
  username: z.string().max(64).default(''),
  password: z.string().min(1).max(256),
  url: z.string().max(2048).default(''),
  notes: z.string().max(4096).default(''),
  customFields: z.string().max(8192).default(''),
  hash: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .or(z.literal(''))
    .default(''),
  folder: z.string().default(baseFolder),
  cseKey: z.string().default(''),
  cseType: z.string().default('none'),
  hidden: z.boolean().default(false),
  favorite: z.boolean().default(false),
})

const one = z.object({ id: z.string(), details: z.string().default('model') })

/** The caller's own entry; others' entries do not exist for it. */
export function ownEntry(world: World, exchange: AccountExchange, id: string): PasswordEntry {
  const entry = world.store.get('password', id)
  if (!entry || entry.userId !== exchange.user.id) throw new Refusal(notFound)
  return entry
}

/** With the breach check set to the online service, a server with no way out cannot create entries (measured). */
function refuseWhenCheckIsOnline(world: World): void {
  if (world.store.get('setting', 'passwords/service/security')?.value !== 'hibp') return
  throw new Refusal(unrecorded(passwordsFailure(500, 'Unable to complete request')))
}

function create(world: World, exchange: AccountExchange): Answer {
  refuseWhenCheckIsOnline(world)
  const now = seconds(world)
  const client = exchange.headers['user-agent'] ?? 'unknown'
  const state = { userId: exchange.user.id, shareId: null, hasShares: false, editable: true, client, trashed: false }
  const entry = { ...bodyOf(exchange, fields), ...state, id: randomUUID(), revision: randomUUID(), created: now, updated: now, edited: now }
  world.store.put('password', entry.id, entry)
  return jsonAnswer(201, { id: entry.id, revision: entry.revision })
}

/** Stores a new revision and tells the shares that the other side is behind. */
function revise(world: World, entry: PasswordEntry, change: Partial<PasswordEntry>): PasswordEntry {
  const now = seconds(world)
  const revised = { ...entry, ...change, revision: randomUUID(), updated: now }
  world.store.put('password', entry.id, revised)
  for (const share of world.store.list('password-share')) {
    if (share.sourceId === entry.id) world.store.put('password-share', share.id, { ...share, sourceUpdated: true })
    if (share.targetId === entry.id) world.store.put('password-share', share.id, { ...share, targetUpdated: true })
  }
  return revised
}

function update(world: World, exchange: AccountExchange): Answer {
  const { id, ...change } = bodyOf(exchange, fields.extend({ id: z.string() }))
  const entry = ownEntry(world, exchange, id)
  if (!entry.editable) return passwordsFailure(403, 'Access denied')
  const revised = revise(world, entry, { ...change, edited: seconds(world) })
  return jsonAnswer(200, { id, revision: revised.revision })
}

/** The first deletion moves to the trash and keeps shares; the second ends the entry and the shares it gave. */
function remove(world: World, exchange: AccountExchange): Answer {
  const entry = ownEntry(world, exchange, bodyOf(exchange, one).id)
  if (!entry.trashed) {
    const { id, revision } = revise(world, entry, { trashed: true })
    return jsonAnswer(200, { id, revision })
  }
  for (const share of world.store.list('password-share')) {
    if (share.sourceId === entry.id || share.targetId === entry.id) world.store.delete('password-share', share.id)
  }
  world.store.delete('password', entry.id)
  return unrecorded(jsonAnswer(200, { id: entry.id }))
}

function restore(world: World, exchange: AccountExchange): Answer {
  const entry = ownEntry(world, exchange, bodyOf(exchange, one).id)
  const { id, revision } = entry.trashed ? revise(world, entry, { trashed: false }) : entry
  return jsonAnswer(200, { id, revision })
}

function listed(world: World, exchange: AccountExchange, details: string): readonly Record<string, unknown>[] {
  const mine = world.store.list('password').filter((entry) => entry.userId === exchange.user.id && !entry.hidden && !entry.trashed)
  return mine
    .filter((entry) => !details.includes('shares') || hasLivingShare(world, entry))
    .map((entry) => passwordView(world, entry, details))
}

function hasLivingShare(world: World, entry: PasswordEntry): boolean {
  return entry.shareId === null || world.store.get('password-share', entry.shareId) !== undefined
}

function find(world: World, exchange: AccountExchange): Answer {
  const { criteria, details } = bodyOf(
    exchange,
    z.object({ criteria: z.record(z.string(), z.unknown()), details: z.string().default('model') }),
  )
  const matches = listed(world, exchange, 'model').filter((view) => Object.entries(criteria).every(([key, value]) => view[key] === value))
  return jsonAnswer(
    200,
    matches.map((view) => passwordView(world, ownEntry(world, exchange, String(view['id'])), details)),
  )
}

const base = '/index.php/apps/passwords/api/1.0'

/** A route of Passwords: its answers carry a session header. `request` is like `POST password/show`. */
export function passwordsRoute(
  request: `${string} ${string}`,
  evidence: Evidence,
  handle: (world: World, exchange: AccountExchange) => Answer,
): Route {
  const [method = '', path = ''] = request.split(' ')
  return appRoute(`${method} ${base}/${path}`, evidence, (world, exchange) => withSession(() => handle(world, exchange)))
}

export const passwordRoutes: readonly Route[] = [
  passwordsRoute('GET session/request', 'recorded', () => ({ ...jsonAnswer(200, {}), body: '{}' })),
  passwordsRoute('GET session/keepalive', 'documented', () => jsonAnswer(200, { success: true })),
  passwordsRoute('POST password/create', 'recorded', create),
  passwordsRoute('POST password/list', 'recorded', (world, exchange) =>
    jsonAnswer(200, listed(world, exchange, bodyOf(exchange, z.object({ details: z.string().default('model') })).details)),
  ),
  passwordsRoute('POST password/show', 'recorded', (world, exchange) => {
    const { id, details } = bodyOf(exchange, one)
    return jsonAnswer(200, passwordView(world, ownEntry(world, exchange, id), details))
  }),
  passwordsRoute('POST password/find', 'documented', find),
  passwordsRoute('PATCH password/update', 'documented', update),
  passwordsRoute('DELETE password/delete', 'recorded', remove),
  passwordsRoute('PATCH password/restore', 'documented', restore),
]
