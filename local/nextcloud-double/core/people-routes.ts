import { ocsAnswer, type Answer } from '../answer.ts'
import type { AccountExchange } from '../exchange.ts'
import type { User } from '../records.ts'
import { ocsRoute, type Route } from '../route.ts'
import type { World } from '../world.ts'

function found(world: World, exchange: AccountExchange, limit: number): readonly User[] {
  const search = (exchange.query.get('search') ?? '').toLowerCase()
  const others = world.store.list('user').filter((user) => user.enabled && user.id !== exchange.user.id)
  return others.filter((user) => `${user.id}\n${user.displayName}`.toLowerCase().includes(search)).slice(0, limit)
}

function limitOf(exchange: AccountExchange, name: string): number {
  const given = Number(exchange.query.get(name) ?? 25)
  return Number.isInteger(given) && given > 0 ? Math.min(given, 200) : 25
}

/** Receivers for a share: exact matches apart from the others. */
function sharees(world: World, exchange: AccountExchange): Answer {
  const search = exchange.query.get('search') ?? ''
  const view = (user: User): unknown => ({
    label: user.displayName,
    value: { shareType: 0, shareWith: user.id },
    shareWithDisplayNameUnique: user.email ?? user.id,
  })
  const users = found(world, exchange, limitOf(exchange, 'perPage'))
  const isExact = (user: User): boolean => user.id === search || user.displayName === search
  const none = { groups: [], remotes: [], remote_groups: [], emails: [], circles: [], rooms: [] }
  const exact = { users: users.filter(isExact).map(view), ...none }
  return ocsAnswer(200, { exact, users: users.filter((user) => !isExact(user)).map(view), ...none, lookup: [], lookupEnabled: false })
}

function autocomplete(world: World, exchange: AccountExchange): Answer {
  const people = found(world, exchange, limitOf(exchange, 'limit'))
  const view = (user: User): unknown => ({
    id: user.id,
    label: user.displayName,
    icon: 'icon-user',
    source: 'users',
    status: [],
    subline: '',
    shareWithDisplayNameUnique: user.email ?? user.id,
  })
  return ocsAnswer(200, people.map(view))
}

/** Looking for other people of the installation. */
export const peopleRoutes: readonly Route[] = [
  ocsRoute('GET /ocs/v2.php/apps/files_sharing/api/v1/sharees', 'documented', sharees),
  ocsRoute('GET /ocs/v2.php/core/autocomplete/get', 'documented', autocomplete),
]
