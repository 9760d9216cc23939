import type { VerbRequest, VerbResponse } from '../../../operator/provision/verbs.ts'
import { createAccount, endAppPasswords, withPassword } from '../core/accounts.ts'
import { version } from '../identity.ts'
import type { User } from '../records.ts'
import type { World } from '../world.ts'
import { VerbError } from './verb-error.ts'

function accountOf(world: World, id: string): User {
  const user = world.store.get('user', id)
  if (!user) throw new VerbError('not-found', `there is no account ${id}`)
  return user
}

type Wanted = VerbRequest<'provision'>['accounts'][number]

function ensureAccount(world: World, wanted: Wanted): VerbResponse<'provision'>['accounts'][number] {
  for (const group of wanted.groups) world.store.put('group', group, { id: group })
  const known = world.store.get('user', wanted.id)
  if (!known) {
    createAccount(world, wanted)
    return { id: wanted.id, created: true, enabled: true }
  }
  if (wanted.whenItExists === 'set-password') world.store.put('user', known.id, withPassword(known, wanted.password))
  return { id: known.id, created: false, enabled: known.enabled }
}

export function provision(world: World, request: VerbRequest<'provision'>): VerbResponse<'provision'> {
  if (request.hostname !== undefined) world.store.put('setting', 'trusted_domain', { value: request.hostname })
  world.store.put('setting', 'passwords/service/security', { value: 'smalldb' })
  return { version: version.text, accounts: request.accounts.map((account) => ensureAccount(world, account)) }
}

export function disableAccount(world: World, request: VerbRequest<'disable-account'>): VerbResponse<'disable-account'> {
  world.store.put('user', request.account, { ...accountOf(world, request.account), enabled: false })
  return { enabled: false }
}

export function enableAccount(world: World, request: VerbRequest<'enable-account'>): VerbResponse<'enable-account'> {
  world.store.put('user', request.account, { ...accountOf(world, request.account), enabled: true })
  return { enabled: true }
}

export function endTokens(world: World, request: VerbRequest<'end-tokens'>): VerbResponse<'end-tokens'> {
  return { ended: endAppPasswords(world, accountOf(world, request.account).id) }
}
