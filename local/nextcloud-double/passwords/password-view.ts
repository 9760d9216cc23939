import { Refusal } from '../answer.ts'
import type { PasswordEntry, PasswordShare } from '../records.ts'
import type { World } from '../world.ts'
import { notFound } from './passwords-answer.ts'

function person(world: World, id: string): { id: string; name: string } {
  return { id, name: world.store.get('user', id)?.displayName ?? id }
}

/** A share as `viewer` sees it: the owner's entry for the owner, the copy for the receiver. */
export function shareView(world: World, share: PasswordShare, viewer: string): Record<string, unknown> {
  const { id, created, updated, expires, editable, shareable, client } = share
  return {
    id,
    created,
    updated,
    expires,
    editable,
    shareable,
    password: viewer === share.receiverId ? share.targetId : share.sourceId,
    updatePending: share.targetId === null || share.sourceUpdated || share.targetUpdated,
    owner: person(world, share.ownerId),
    receiver: person(world, share.receiverId),
    client,
  }
}

function modelView(entry: PasswordEntry, share: unknown): Record<string, unknown> {
  const { id, created, updated, edited, revision, label, username, password, notes, customFields, url } = entry
  const { hash, folder, cseKey, cseType, hidden, trashed, favorite, editable, client } = entry
  const status = { status: 0, statusCode: 'GOOD' }
  return {
    id,
    created,
    updated,
    edited,
    share,
    shared: entry.hasShares,
    revision,
    label,
    username,
    password,
    notes,
    customFields,
    url,
    ...status,
    hash,
    folder,
    cseKey,
    cseType,
    sseType: 'SSEv1r2',
    hidden,
    trashed,
    favorite,
    editable,
    client,
  }
}

/**
 * An entry in the detail that was asked for. `shares` looks the share up, and a copy whose share has ended is then not
 * found: that is the only instant sign of an end. Unknown words (`share`, singular) are ignored, as recorded.
 */
export function passwordView(world: World, entry: PasswordEntry, details: string): Record<string, unknown> {
  const wanted = details.split('+')
  if (wanted.includes('id')) return { id: entry.id, revision: entry.revision }
  if (!wanted.includes('shares')) return modelView(entry, entry.shareId)
  const own = entry.shareId === null ? null : world.store.get('password-share', entry.shareId)
  if (own === undefined) throw new Refusal(notFound)
  const given = world.store.list('password-share').filter((share) => share.sourceId === entry.id)
  return {
    ...modelView(entry, own && shareView(world, own, entry.userId)),
    shares: given.map((share) => shareView(world, share, entry.userId)),
  }
}
