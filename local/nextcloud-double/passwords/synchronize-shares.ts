import { randomUUID } from 'node:crypto'
import type { PasswordEntry, PasswordShare } from '../records.ts'
import { seconds, type World } from '../world.ts'

/** What a receiver's copy takes from its source. */
function copied(source: PasswordEntry): Partial<PasswordEntry> {
  const { password, username, cseType, hash, label, url, notes, customFields } = source
  return { password, username, cseType, hash, label, url, notes, customFields }
}

function deleteOrphans(world: World): void {
  for (const entry of world.store.list('password')) {
    if (entry.shareId !== null && !world.store.get('password-share', entry.shareId)) world.store.delete('password', entry.id)
  }
}

function deleteExpired(world: World): void {
  for (const share of world.store.list('password-share')) {
    if (share.expires === null || share.expires > seconds(world)) continue
    if (share.targetId !== null) world.store.delete('password', share.targetId)
    world.store.delete('password-share', share.id)
  }
}

function createTarget(world: World, share: PasswordShare, source: PasswordEntry): void {
  const now = seconds(world)
  const target: PasswordEntry = {
    ...source,
    id: randomUUID(),
    userId: share.receiverId,
    shareId: share.id,
    hasShares: false,
    editable: share.editable,
    client: 'CLIENT::CRON',
    created: now,
    updated: now,
    edited: now,
    revision: randomUUID(),
    folder: '00000000-0000-0000-0000-000000000000',
    hidden: false,
    trashed: false,
    favorite: false,
  }
  world.store.put('password', target.id, target)
  world.store.put('password-share', share.id, { ...share, targetId: target.id, updated: now, sourceUpdated: false })
}

function updateOther(world: World, from: PasswordEntry, to: PasswordEntry): void {
  const now = seconds(world)
  world.store.put('password', to.id, { ...to, ...copied(from), revision: randomUUID(), updated: now, edited: now })
}

function synchronize(world: World, share: PasswordShare): void {
  const source = world.store.get('password', share.sourceId)
  if (!source) return
  if (share.targetId === null) {
    createTarget(world, share, source)
    return
  }
  const target = world.store.get('password', share.targetId)
  if (!target || (!share.sourceUpdated && !share.targetUpdated)) return
  if (share.sourceUpdated) updateOther(world, source, { ...target, editable: share.editable })
  else if (share.editable) updateOther(world, target, source)
  world.store.put('password-share', share.id, { ...share, sourceUpdated: false, targetUpdated: false, updated: seconds(world) })
}

/** The background job of Nextcloud Passwords: until it runs, a new share is invisible to its receiver and an ended one still readable. */
export function synchronizeShares(world: World): void {
  deleteOrphans(world)
  deleteExpired(world)
  for (const share of world.store.list('password-share')) synchronize(world, share)
  const shared = new Set(world.store.list('password-share').map((share) => share.sourceId))
  for (const entry of world.store.list('password')) {
    if (entry.hasShares && !shared.has(entry.id)) world.store.put('password', entry.id, { ...entry, hasShares: false })
  }
}
