import * as z from 'zod'
import { ocsAnswer, ocsFailure, Refusal, unrecorded, type Answer } from '../answer.ts'
import { bodyOf, parameter, type AccountExchange, type Exchange } from '../exchange.ts'
import type { User } from '../records.ts'
import { adminRoute, ocsRoute, type Route } from '../route.ts'
import type { World } from '../world.ts'
import { createAccount, isAdmin, withPassword } from './accounts.ts'
import { deleteAccount } from './delete-account.ts'
import { userData } from './user-data.ts'

const userId = z.string().regex(/^[A-Za-z0-9 _.@'-]{1,64}$/, "Only the following characters are allowed in an Login: a-z A-Z 0-9 and _.@-'")

const createSchema = z.object({
  userid: userId,
  password: z.string().default(''),
  displayName: z.string().optional(),
  email: z.string().optional(),
  groups: z.array(z.string().min(1)).optional(),
})

function existing(world: World, exchange: Exchange): User {
  const user = world.store.get('user', parameter(exchange, 'user'))
  if (!user) throw new Refusal(unrecorded(ocsFailure(404, 'User does not exist')))
  return user
}

function create(world: World, exchange: AccountExchange): Answer {
  const wanted = bodyOf(exchange, createSchema)
  if (world.store.get('user', wanted.userid)) return ocsFailure(102, 'User already exists')
  const unknown = (wanted.groups ?? []).find((group) => !world.store.get('group', group))
  if (unknown !== undefined) return ocsFailure(104, `Group ${unknown} does not exist`)
  if (wanted.password.length < 10) return ocsFailure(107, 'Password needs to be at least 10 characters long.')
  createAccount(world, { ...wanted, id: wanted.userid })
  return ocsAnswer(200, { id: wanted.userid })
}

function list(world: World, exchange: AccountExchange): Answer {
  const search = (exchange.query.get('search') ?? '').toLowerCase()
  const offset = Number(exchange.query.get('offset') ?? 0)
  const limit = Number(exchange.query.get('limit') ?? 1_000_000)
  const users = world.store.list('user').filter((user) => `${user.id}\n${user.displayName}`.toLowerCase().includes(search))
  return ocsAnswer(200, { users: users.slice(offset, offset + limit).map((user) => user.id) })
}

function show(world: World, exchange: AccountExchange): Answer {
  const user = existing(world, exchange)
  if (isAdmin(exchange.user) || exchange.user.id === user.id) return ocsAnswer(200, userData(world, user))
  const { id, displayName } = user
  return ocsAnswer(200, { id, displayname: displayName, 'display-name': displayName })
}

function setEnabled(world: World, exchange: AccountExchange, enabled: boolean): Answer {
  const user = world.store.get('user', parameter(exchange, 'user'))
  if (!user || user.id === exchange.user.id) return unrecorded(ocsFailure(101, ''))
  world.store.put('user', user.id, { ...user, enabled })
  return ocsAnswer(200, [])
}

function edit(world: World, exchange: AccountExchange): Answer {
  const user = existing(world, exchange)
  const { key, value } = bodyOf(exchange, z.object({ key: z.string(), value: z.string() }))
  if (!isAdmin(exchange.user) && exchange.user.id !== user.id) return ocsFailure(403, '')
  const edited: Readonly<Record<string, () => User>> = {
    password: () => withPassword(user, value),
    displayname: () => ({ ...user, displayName: value }),
    display: () => ({ ...user, displayName: value }),
    email: () => ({ ...user, email: value || null }),
  }
  const change = edited[key]
  if (!change) return ocsFailure(113, `Setting ${key} is not known`)
  world.store.put('user', user.id, change())
  return ocsAnswer(200, [])
}

function remove(world: World, exchange: AccountExchange): Answer {
  const user = existing(world, exchange)
  if (user.id === exchange.user.id) return ocsFailure(101, '')
  deleteAccount(world, user.id)
  return ocsAnswer(200, [])
}

function changeGroup(world: World, exchange: AccountExchange, member: boolean): Answer {
  const user = existing(world, exchange)
  const { groupid } = bodyOf(exchange, z.object({ groupid: z.string().min(1) }))
  if (!world.store.get('group', groupid)) return ocsFailure(102, '')
  const others = user.groups.filter((group) => group !== groupid)
  world.store.put('user', user.id, { ...user, groups: member ? [...others, groupid] : others })
  return ocsAnswer(200, [])
}

function createGroup(world: World, exchange: AccountExchange): Answer {
  const { groupid } = bodyOf(exchange, z.object({ groupid: z.string().min(1).max(64) }))
  if (world.store.get('group', groupid)) return ocsFailure(102, 'group exists')
  world.store.put('group', groupid, { id: groupid })
  return ocsAnswer(200, [])
}

function groupMembers(world: World, exchange: AccountExchange): Answer {
  const group = parameter(exchange, 'group')
  if (!world.store.get('group', group)) return ocsFailure(404, 'The requested group could not be found')
  const members = world.store.list('user').filter((user) => user.groups.includes(group))
  return ocsAnswer(200, { users: members.map((user) => user.id) })
}

const users = '/ocs/v2.php/cloud/users'
const groups = '/ocs/v2.php/cloud/groups'

export const userRoutes: readonly Route[] = [
  adminRoute(`GET ${users}`, 'documented', list),
  adminRoute(`POST ${users}`, 'documented', create),
  ocsRoute(`GET ${users}/{user}`, 'documented', show),
  ocsRoute(`PUT ${users}/{user}`, 'documented', edit),
  adminRoute(`DELETE ${users}/{user}`, 'documented', remove),
  adminRoute(`PUT ${users}/{user}/disable`, 'recorded', (world, exchange) => setEnabled(world, exchange, false)),
  adminRoute(`PUT ${users}/{user}/enable`, 'recorded', (world, exchange) => setEnabled(world, exchange, true)),
  adminRoute(`GET ${users}/{user}/groups`, 'documented', (world, exchange) => ocsAnswer(200, { groups: existing(world, exchange).groups })),
  adminRoute(`POST ${users}/{user}/groups`, 'documented', (world, exchange) => changeGroup(world, exchange, true)),
  adminRoute(`DELETE ${users}/{user}/groups`, 'documented', (world, exchange) => changeGroup(world, exchange, false)),
  adminRoute(`GET ${groups}`, 'documented', (world) => ocsAnswer(200, { groups: world.store.list('group').map((group) => group.id) })),
  adminRoute(`POST ${groups}`, 'documented', createGroup),
  adminRoute(`GET ${groups}/{group}/users`, 'documented', groupMembers),
]
