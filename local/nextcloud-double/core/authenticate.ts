import { davFailure, jsonAnswer, ocsFailure, Refusal, unrecorded, type Answer } from '../answer.ts'
import type { AccountExchange, Exchange } from '../exchange.ts'
import type { Route } from '../route.ts'
import { seconds, type World } from '../world.ts'
import { hasPassword, isAdmin, tokenKey } from './accounts.ts'
import type { User } from '../records.ts'

type Style = Exclude<Route['style'], 'open'>

const notAuthenticated = 'Cannot authenticate over ajax calls'

function missing(style: Style): Answer {
  if (style === 'ocs') return ocsFailure(997, 'Unauthorised')
  if (style === 'dav') {
    const message = `No 'Authorization: Basic' header found. Either the client didn't send one, or the server is misconfigured, ${notAuthenticated}`
    return unrecorded(davFailure(401, 'Sabre\\DAV\\Exception\\NotAuthenticated', message))
  }
  return unrecorded(jsonAnswer(401, { message: 'Current user is not logged in' }))
}

/** What a disabled account hears: WebDAV says 503, not 401. */
function disabled(style: Style): Answer {
  if (style === 'ocs') return ocsFailure(997, 'Unauthorised')
  if (style === 'dav')
    return davFailure(503, 'Sabre\\DAV\\Exception\\ServiceUnavailable', 'OC\\User\\DisabledUserException: Account disabled')
  return jsonAnswer(401, { message: 'Account disabled' })
}

function credentials(exchange: Exchange): { userId: string; password: string } | null {
  const match = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(exchange.headers['authorization'] ?? '')
  const text = match?.[1] ? Buffer.from(match[1], 'base64').toString('utf8') : ''
  const colon = text.indexOf(':')
  return colon > 0 ? { userId: text.slice(0, colon), password: text.slice(colon + 1) } : null
}

function accountOf(world: World, exchange: Exchange): { user: User; token: string | null } | null {
  const given = credentials(exchange)
  const user = given ? world.store.get('user', given.userId) : undefined
  if (!given || !user) return null
  const key = tokenKey(given.password)
  if (world.store.get('token', key)?.userId === user.id) return { user, token: key }
  return hasPassword(user, given.password) ? { user, token: null } : null
}

function recordLogin(world: World, user: User): User {
  const now = seconds(world)
  if (user.lastLogin >= now - 60) return user
  const seen = { ...user, firstLogin: user.firstLogin || now, lastLogin: now }
  world.store.put('user', user.id, seen)
  return seen
}

/** The exchange with its account, or a refusal in the words of the part of Nextcloud that was asked. */
export function authenticate(world: World, exchange: Exchange, style: Style, adminOnly: boolean): AccountExchange {
  const account = accountOf(world, exchange)
  if (!account) throw new Refusal(missing(style))
  if (!account.user.enabled) throw new Refusal(disabled(style))
  if (adminOnly && !isAdmin(account.user)) {
    throw new Refusal(unrecorded(ocsFailure(403, 'Logged in account must be an admin or have authorization to access this setting.')))
  }
  return { ...exchange, user: recordLogin(world, account.user), token: account.token }
}
