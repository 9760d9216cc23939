import type { Attendee, Room } from '../records.ts'
import { digest, type World } from '../world.ts'
import { messageView } from './message-view.ts'
import { participantTypes } from './rooms.ts'

const fixedFields = {
  objectType: '',
  objectId: '',
  participantFlags: 0,
  hasPassword: false,
  hasCall: false,
  callStartTime: 0,
  callRecording: 0,
  canStartCall: true,
  unreadMention: false,
  unreadMentionDirect: false,
  isFavorite: false,
  canLeaveConversation: true,
  notificationLevel: 2,
  notificationCalls: 1,
  lobbyState: 0,
  lobbyTimer: 0,
  lastPing: 0,
  sessionId: '0',
  sipEnabled: 0,
  permissions: 254,
  attendeePermissions: 0,
  callPermissions: 0,
  defaultPermissions: 0,
  canEnableSIP: false,
  attendeePin: '',
  listable: 0,
  callFlag: 0,
  messageExpiration: 0,
  isCustomAvatar: false,
  breakoutRoomMode: 0,
  breakoutRoomStatus: 0,
  recordingConsent: 0,
  mentionPermissions: 0,
  isArchived: false,
  isImportant: false,
  isSensitive: false,
}

/** A conversation as one of its members sees it. */
export function roomView(world: World, room: Room, attendee: Attendee): Record<string, unknown> {
  const viewer = { type: attendee.actorType, id: attendee.actorId }
  const messages = world.store.list('message', `${room.token}/`)
  const last = messages.at(-1)
  const unread = messages.filter((message) => message.id > attendee.lastReadMessage && message.messageType === 'comment')
  return {
    ...fixedFields,
    id: room.id,
    token: room.token,
    type: room.type,
    name: room.name,
    displayName: room.name,
    description: room.description,
    readOnly: room.readOnly,
    participantType: attendee.participantType,
    canDeleteConversation: attendee.participantType <= participantTypes.moderator,
    lastActivity: room.lastActivity,
    lastReadMessage: attendee.lastReadMessage,
    lastCommonReadMessage: attendee.lastReadMessage,
    unreadMessages: unread.length,
    actorType: attendee.actorType,
    actorId: attendee.actorId,
    attendeeId: attendee.id,
    avatarVersion: digest('sha1', room.token).slice(0, 8),
    lastMessage: last ? messageView(world, last, viewer) : [],
  }
}
