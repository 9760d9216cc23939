import * as z from 'zod'
import { phpRecord } from './ocs.ts'

/** A rich object inside a message: a mention, a file, a card. All values are text. */
const parameterSchema = z.looseObject({ type: z.string(), id: z.string(), name: z.string() })

const plainMessageSchema = z.object({
  id: z.int(),
  token: z.string(),
  actorType: z.string(),
  actorId: z.string(),
  actorDisplayName: z.string(),
  timestamp: z.int(),
  message: z.string(),
  messageParameters: phpRecord(parameterSchema),
  systemMessage: z.string(),
  messageType: z.string(),
  isReplyable: z.boolean(),
  referenceId: z.string(),
  reactions: phpRecord(z.int()),
  lastEditTimestamp: z.int().optional(),
})

export const messageSchema = plainMessageSchema.extend({ parent: plainMessageSchema.optional() })

export const roomSchema = z.object({
  id: z.int(),
  token: z.string().min(1),
  type: z.int(),
  name: z.string(),
  displayName: z.string(),
  participantType: z.int(),
  readOnly: z.int(),
  lastActivity: z.int(),
  unreadMessages: z.int(),
})

export const participantSchema = z.object({
  attendeeId: z.int(),
  actorType: z.string(),
  actorId: z.string(),
  displayName: z.string(),
  /** 1 owner, 2 moderator, 3 user, 4 guest, 5 user by a public link, 6 guest moderator. */
  participantType: z.int(),
})

export type Message = Readonly<z.output<typeof messageSchema>>
export type Room = Readonly<z.output<typeof roomSchema>>
export type Participant = Readonly<z.output<typeof participantSchema>>
