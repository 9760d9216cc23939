import type { Records } from '../records.ts'
import type { World } from '../world.ts'

function deleteWhere<Kind extends keyof Records>(world: World, kind: Kind, gone: (record: Records[Kind]) => boolean): void {
  for (const [key, record] of world.store.entries(kind)) if (gone(record)) world.store.delete(kind, key)
}

/** Removes an account and what it owned: vault entries, shares, files, calendars, room memberships. */
export function deleteAccount(world: World, userId: string): void {
  const { store } = world
  store.delete('user', userId)
  deleteWhere(world, 'token', (token) => token.userId === userId)
  deleteWhere(world, 'password', (entry) => entry.userId === userId)
  deleteWhere(world, 'password-share', (share) => share.ownerId === userId || share.receiverId === userId)
  for (const node of store.list('node')) if (node.ownerId === userId) store.deleteContent(node.id)
  deleteWhere(world, 'node', (node) => node.ownerId === userId)
  deleteWhere(world, 'file-share', (share) => share.ownerId === userId || share.receiver === userId)
  deleteWhere(world, 'attendee', (attendee) => attendee.actorType === 'users' && attendee.actorId === userId)
  for (const kind of ['collection', 'object'] as const) {
    for (const [key] of store.entries(kind)) if (key.split('/')[1] === userId) store.delete(kind, key)
  }
}
