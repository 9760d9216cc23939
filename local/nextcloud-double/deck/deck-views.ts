import type { Board, Card, Stack } from '../records.ts'
import { padded } from '../padded.ts'
import { digest, type World } from '../world.ts'

/** Deck's ETag is the MD5 of the time of the last change, of nothing where there is none. */
function etag(lastModified: number | null): string {
  return digest('md5', lastModified === null ? '' : String(lastModified))
}

export function personView(world: World, userId: string): Record<string, unknown> {
  const displayname = world.store.get('user', userId)?.displayName ?? userId
  return { primaryKey: userId, uid: userId, displayname, type: 0 }
}

export function labelView(board: Board, labelId: number, cardId: number | null): Record<string, unknown> | undefined {
  const label = board.labels.find((candidate) => candidate.id === labelId)
  if (!label) return undefined
  return { id: label.id, title: label.title, color: label.color, boardId: board.id, cardId, lastModified: null, ETag: etag(null) }
}

/** What an account may do with a board, as Deck names it. */
export function permissionsOn(board: Board, userId: string): Record<string, boolean> {
  const all = { edit: true, manage: true, share: true }
  const none = { edit: false, manage: false, share: false }
  const access = board.acl.find((entry) => entry.userId === userId)
  const { edit, manage, share } = board.ownerId === userId ? all : (access ?? none)
  const read = board.ownerId === userId || access !== undefined
  return { PERMISSION_READ: read, PERMISSION_EDIT: edit, PERMISSION_MANAGE: manage, PERMISSION_SHARE: share }
}

export function accessView(world: World, board: Board, id: number): Record<string, unknown> | undefined {
  const entry = board.acl.find((candidate) => candidate.id === id)
  if (!entry) return undefined
  return {
    id: entry.id,
    participant: personView(world, entry.userId),
    type: 0,
    boardId: board.id,
    permissionEdit: entry.edit,
    permissionShare: entry.share,
    permissionManage: entry.manage,
    owner: false,
  }
}

export function boardView(world: World, board: Board, userId: string): Record<string, unknown> {
  const { id, title, color, archived, deletedAt, lastModified } = board
  return {
    id,
    title,
    owner: personView(world, board.ownerId),
    color,
    archived,
    labels: board.labels.map((label) => labelView(board, label.id, null)),
    acl: board.acl.map((entry) => accessView(world, board, entry.id)),
    permissions: permissionsOn(board, userId),
    users: board.acl.map((entry) => personView(world, entry.userId)),
    stacks: [],
    activeSessions: [],
    deletedAt,
    lastModified,
    settings: [],
    ETag: etag(lastModified),
  }
}

function assignedView(world: World, card: Card, userId: string): Record<string, unknown> {
  return { id: card.id, participant: personView(world, userId), cardId: card.id, type: 0 }
}

function overdue(world: World, card: Card): number {
  if (card.duedate === null || card.done !== null) return 0
  const hours = (Date.parse(card.duedate) - world.now()) / 3_600_000
  if (hours < 0) return 3
  return hours < 24 ? 1 : 0
}

export function cardView(world: World, board: Board, card: Card): Record<string, unknown> {
  const comments = world.store.list('card-comment', `${padded(card.id)}/`).length
  return {
    id: card.id,
    title: card.title,
    description: card.description,
    stackId: card.stackId,
    type: card.type,
    lastModified: card.lastModified,
    lastEditor: card.lastEditor,
    createdAt: card.createdAt,
    labels: card.labelIds.map((label) => labelView(board, label, card.id)),
    assignedUsers: card.assigned.map((userId) => assignedView(world, card, userId)),
    attachments: null,
    attachmentCount: 0,
    owner: personView(world, card.ownerId),
    order: card.order,
    archived: card.archived,
    done: card.done,
    duedate: card.duedate,
    deletedAt: card.deletedAt,
    commentsUnread: 0,
    commentsCount: comments,
    ETag: etag(card.lastModified),
    overdue: overdue(world, card),
    referenceData: null,
  }
}

export function stackView(stack: Stack): Record<string, unknown> {
  const { id, title, boardId, deletedAt, lastModified, order } = stack
  return { id, title, boardId, deletedAt, lastModified, order, ETag: etag(lastModified) }
}
