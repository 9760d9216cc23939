import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import type { User } from '../records.ts'
import { digest, randomText, seconds, type World } from '../world.ts'

/** A double guards nothing of value: a low cost keeps tests quick. */
const hash = (password: string, salt: string): Buffer => scryptSync(password, salt, 32, { N: 1024 })

export interface NewAccount {
  readonly id: string
  readonly password: string
  readonly displayName?: string | undefined
  readonly email?: string | undefined
  readonly groups?: readonly string[] | undefined
}

/** Stores a new account with its default calendars and address book. The id must be free. */
export function createAccount(world: World, account: NewAccount): User {
  const salt = randomBytes(16).toString('hex')
  const user: User = {
    id: account.id,
    displayName: account.displayName || account.id,
    salt,
    passwordHash: hash(account.password, salt).toString('hex'),
    enabled: true,
    groups: account.groups ?? [],
    email: account.email || null,
    firstLogin: 0,
    lastLogin: 0,
  }
  world.store.put('user', user.id, user)
  for (const group of user.groups) world.store.put('group', group, { id: group })
  createCollections(world, user.id)
  return user
}

function createCollections(world: World, userId: string): void {
  const calendar = { order: 0, syncToken: 1, component: 'VEVENT' }
  world.store.put('collection', `calendars/${userId}/personal`, {
    ...calendar,
    name: 'personal',
    displayName: 'Personal',
    color: '#00679e',
  })
  world.store.put('collection', `calendars/${userId}/contact_birthdays`, {
    ...calendar,
    name: 'contact_birthdays',
    displayName: 'Contact birthdays',
    color: '#E9D859',
  })
  world.store.put('collection', `addressbooks/${userId}/contacts`, {
    name: 'contacts',
    displayName: 'Contacts',
    color: '',
    order: 0,
    syncToken: 1,
    component: 'VCARD',
  })
}

export function withPassword(user: User, password: string): User {
  const salt = randomBytes(16).toString('hex')
  return { ...user, salt, passwordHash: hash(password, salt).toString('hex') }
}

export function hasPassword(user: User, password: string): boolean {
  return timingSafeEqual(hash(password, user.salt), Buffer.from(user.passwordHash, 'hex'))
}

export function tokenKey(token: string): string {
  return digest('sha256', token)
}

/** A new app password: 72 letters and digits, as recorded. */
export function mintAppPassword(world: World, userId: string, name: string): string {
  const token = randomText(72, 'appPassword')
  world.store.put('token', tokenKey(token), { userId, name, created: seconds(world) })
  return token
}

/** Ends every app password of the account and tells how many there were. */
export function endAppPasswords(world: World, userId: string): number {
  const mine = world.store.entries('token').filter(([, token]) => token.userId === userId)
  for (const [key] of mine) world.store.delete('token', key)
  return mine.length
}

export function isAdmin(user: User): boolean {
  return user.groups.includes('admin')
}
