import type { FileShare, Node } from '../records.ts'
import type { World } from '../world.ts'
import { attendeeKey } from '../talk/rooms.ts'
import { childNamed, childrenOf, nodeById, rootOf } from './tree.ts'

/** Kinds of shares and permission bits of Nextcloud's share API. */
export const shareTypes = { user: 0, group: 1, link: 3, room: 10 } as const
export const permissionBits = { read: 1, update: 2, create: 4, delete: 8, share: 16, all: 31 } as const

/** A node as one account reaches it. `share`: the share it came through, absent for its own. `mount`: it is that share's top. */
export interface Reached {
  readonly node: Node
  readonly permissions: number
  readonly share?: FileShare
  readonly mount: boolean
}

function reaches(world: World, share: FileShare, userId: string): boolean {
  if (share.ownerId === userId) return false
  if (share.type === shareTypes.user) return share.receiver === userId
  if (share.type === shareTypes.group) return world.store.get('user', userId)?.groups.includes(share.receiver) ?? false
  if (share.type === shareTypes.room)
    return world.store.get('attendee', attendeeKey(share.receiver, { type: 'users', id: userId })) !== undefined
  return false
}

/** What others share with the account; each sits in its top folder under the share's name. */
export function incomingShares(world: World, userId: string): readonly Reached[] {
  return world.store.list('file-share').flatMap((share) => {
    if (!reaches(world, share, userId)) return []
    const node = nodeById(world, share.nodeId)
    return node ? [{ node: { ...node, name: share.name }, permissions: share.permissions, share, mount: true }] : []
  })
}

export function childrenReached(world: World, userId: string, folder: Reached): readonly Reached[] {
  const { share } = folder
  const own = childrenOf(world, folder.node).map((node) => ({
    node,
    permissions: folder.permissions,
    mount: false,
    ...(share ? { share } : {}),
  }))
  return folder.node.id === rootOf(world, userId).id ? [...own, ...incomingShares(world, userId)] : own
}

/** Follows a path from the account's top folder; undefined where it leads nowhere. */
export function reach(world: World, userId: string, segments: readonly string[]): Reached | undefined {
  let at: Reached = { node: rootOf(world, userId), permissions: permissionBits.all, mount: false }
  for (const [index, name] of segments.entries()) {
    const own = childNamed(world, at.node, name)
    const { share } = at
    const mounted = !own && index === 0 ? incomingShares(world, userId).find((incoming) => incoming.node.name === name) : undefined
    if (own) at = { node: own, permissions: at.permissions, mount: false, ...(share ? { share } : {}) }
    else if (mounted) at = mounted
    else return undefined
  }
  return at
}
