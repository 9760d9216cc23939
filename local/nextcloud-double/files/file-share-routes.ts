import * as z from 'zod'
import { ocsAnswer, ocsFailure, Refusal, unrecorded, type Answer } from '../answer.ts'
import { bodyOf, numberParameter, type AccountExchange } from '../exchange.ts'
import type { FileShare, Node } from '../records.ts'
import { ocsRoute, type Route } from '../route.ts'
import { padded } from '../padded.ts'
import { messageWebhooks } from '../talk/bot-webhooks.ts'
import { storeMessage } from '../talk/messages.ts'
import { joinedRoom, userActor } from '../talk/rooms.ts'
import type { Webhook } from '../webhook.ts'
import { randomText, seconds, type World } from '../world.ts'
import { childrenReached, incomingShares, permissionBits, reach, shareTypes, type Reached } from './mounts.ts'
import { nodeById, rootOf } from './tree.ts'

const createSchema = z.object({
  path: z.string().min(1),
  shareType: z.coerce.number(),
  shareWith: z.string().default(''),
  permissions: z.coerce.number().int().min(1).max(31).optional(),
  note: z.string().max(1000).default(''),
})

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.')
}

function pathOf(world: World, node: Node): string {
  const parent = nodeById(world, node.parentId)
  return parent ? `${pathOf(world, parent).replace(/\/$/, '')}/${node.name}` : '/'
}

function refuse(code: number, message: string): never {
  throw new Refusal(unrecorded(ocsFailure(code, message)))
}

function receiverName(world: World, share: FileShare): string {
  if (share.type === shareTypes.user) return world.store.get('user', share.receiver)?.displayName ?? share.receiver
  return share.type === shareTypes.room ? (world.store.get('room', share.receiver)?.name ?? share.receiver) : share.receiver
}

function itemView(world: World, share: FileShare, viewer: string): Record<string, unknown> {
  const node = nodeById(world, share.nodeId)
  return {
    path: node && viewer === share.ownerId ? pathOf(world, node) : `/${share.name}`,
    item_type: node?.folder ? 'folder' : 'file',
    item_source: share.nodeId,
    file_source: share.nodeId,
    file_parent: node?.parentId ?? 0,
    file_target: `/${share.name}`,
    mimetype: node?.contentType ?? '',
  }
}

/** A share in the words of Nextcloud's share API, for `viewer`. */
function shareView(world: World, share: FileShare, viewer: string): Record<string, unknown> {
  const owner = world.store.get('user', share.ownerId)?.displayName ?? share.ownerId
  const link = share.type === shareTypes.link
  return {
    id: String(share.id),
    share_type: share.type,
    uid_owner: share.ownerId,
    displayname_owner: owner,
    permissions: share.permissions,
    can_edit: viewer === share.ownerId,
    can_delete: true,
    stime: share.created,
    parent: null,
    expiration: null,
    token: link ? share.token : null,
    uid_file_owner: share.ownerId,
    note: share.note,
    label: '',
    displayname_file_owner: owner,
    ...itemView(world, share, viewer),
    share_with: link ? null : share.receiver,
    share_with_displayname: receiverName(world, share),
    mail_send: 0,
    hide_download: 0,
    attributes: null,
  }
}

function requireReceiver(world: World, exchange: AccountExchange, type: number, receiver: string): void {
  if (type === shareTypes.user && (!world.store.get('user', receiver) || receiver === exchange.user.id))
    refuse(404, 'Please specify a valid account to share with')
  if (type === shareTypes.group && !world.store.get('group', receiver)) refuse(404, 'Please specify a valid group')
  if (type === shareTypes.room) joinedRoom(world, receiver, userActor(world, exchange.user.id))
  if (!Object.values<number>(shareTypes).includes(type)) refuse(400, 'Unknown share type')
}

/** A free name at the top of the receiver's folder. */
function targetName(world: World, type: number, receiver: string, wanted: string): string {
  if (type !== shareTypes.user) return wanted
  const root: Reached = { node: rootOf(world, receiver), permissions: permissionBits.all, mount: false }
  const taken = new Set(childrenReached(world, receiver, root).map((child) => child.node.name))
  const dot = wanted.lastIndexOf('.')
  const [stem, ending] = dot > 0 ? [wanted.slice(0, dot), wanted.slice(dot)] : [wanted, '']
  let name = wanted
  for (let count = 2; taken.has(name); count += 1) name = `${stem} (${count})${ending}`
  return name
}

function create(world: World, exchange: AccountExchange): Answer {
  const wanted = bodyOf(exchange, createSchema)
  const reached = reach(world, exchange.user.id, segmentsOf(wanted.path)) ?? refuse(404, 'Wrong path, file/folder does not exist')
  if ((reached.permissions & permissionBits.share) === 0) refuse(403, 'You are not allowed to share this')
  requireReceiver(world, exchange, wanted.shareType, wanted.shareWith)
  const fallback = wanted.shareType === shareTypes.link ? permissionBits.read : reached.permissions
  const limit = reached.node.folder ? permissionBits.all : permissionBits.all & ~permissionBits.create & ~permissionBits.delete
  const share: FileShare = {
    id: world.store.next('file-share'),
    type: wanted.shareType,
    ownerId: reached.node.ownerId,
    receiver: wanted.shareWith,
    nodeId: reached.node.id,
    name: targetName(world, wanted.shareType, wanted.shareWith, reached.node.name),
    permissions: (wanted.permissions ?? fallback) & reached.permissions & limit,
    created: seconds(world),
    token: randomText(15, 'appPassword'),
    note: wanted.note,
  }
  world.store.put('file-share', padded(share.id), share)
  const webhooks = share.type === shareTypes.room ? announce(world, exchange, share, reached.node) : []
  return ocsAnswer(200, shareView(world, share, exchange.user.id), { webhooks })
}

/** A share with a room appears in its chat as a message that holds a file. */
function announce(world: World, exchange: AccountExchange, share: FileShare, node: Node): readonly Webhook[] {
  const actor = userActor(world, exchange.user.id)
  const { room, attendee } = joinedRoom(world, share.receiver, actor)
  const file = {
    type: 'file',
    id: String(node.id),
    name: node.name,
    size: String(node.size),
    path: `Talk/${node.name}`,
    link: `${world.origin}/index.php/f/${node.id}`,
    etag: node.etag,
    permissions: String(share.permissions),
    mimetype: node.contentType,
    'preview-available': 'no',
  }
  const message = storeMessage(world, room.token, actor, { text: '{file}', parameters: { file } })
  return messageWebhooks(world, room, message, attendee.participantType)
}

function list(world: World, exchange: AccountExchange): Answer {
  const { user, query } = exchange
  const path = query.get('path')
  const node =
    path === null ? undefined : (reach(world, user.id, segmentsOf(path)) ?? refuse(404, 'Wrong path, file/folder does not exist')).node
  if (query.get('shared_with_me') === 'true') {
    const incoming = incomingShares(world, user.id).flatMap((reached) => (reached.share ? [reached.share] : []))
    const shown = incoming.filter((share) => !node || share.nodeId === node.id)
    return ocsAnswer(
      200,
      shown.map((share) => shareView(world, share, user.id)),
    )
  }
  const given = world.store.list('file-share').filter((share) => share.ownerId === user.id && (!node || share.nodeId === node.id))
  return ocsAnswer(
    200,
    given.map((share) => shareView(world, share, user.id)),
  )
}

function visible(world: World, exchange: AccountExchange): FileShare {
  const share = world.store.get('file-share', padded(numberParameter(exchange, 'share')))
  const mine =
    share &&
    (share.ownerId === exchange.user.id || incomingShares(world, exchange.user.id).some((reached) => reached.share?.id === share.id))
  return share && mine ? share : refuse(404, 'Wrong share ID, share does not exist')
}

function update(world: World, exchange: AccountExchange): Answer {
  const share = visible(world, exchange)
  if (share.ownerId !== exchange.user.id) refuse(403, 'You are not allowed to edit incoming shares')
  const { permissions, note } = bodyOf(
    exchange,
    z.object({ permissions: z.coerce.number().int().min(1).max(31).optional(), note: z.string().optional() }),
  )
  const changed = { ...share, permissions: permissions ?? share.permissions, note: note ?? share.note }
  world.store.put('file-share', padded(share.id), changed)
  return ocsAnswer(200, shareView(world, changed, exchange.user.id))
}

function remove(world: World, exchange: AccountExchange): Answer {
  world.store.delete('file-share', padded(visible(world, exchange).id))
  return ocsAnswer(200, [])
}

const shares = '/ocs/v2.php/apps/files_sharing/api/v1/shares'

export const fileShareRoutes: readonly Route[] = [
  ocsRoute(`GET ${shares}`, 'documented', list),
  ocsRoute(`POST ${shares}`, 'documented', create),
  ocsRoute(`GET ${shares}/{share}`, 'documented', (world, exchange) =>
    ocsAnswer(200, [shareView(world, visible(world, exchange), exchange.user.id)]),
  ),
  ocsRoute(`PUT ${shares}/{share}`, 'documented', update),
  ocsRoute(`DELETE ${shares}/{share}`, 'documented', remove),
]
