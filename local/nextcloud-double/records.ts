/** All that the double stores, by kind. Keys are chosen so that a prefix lists what belongs together. */
export interface Records {
  /** user id */
  user: User
  /** SHA-256 of the token */
  token: AppPassword
  /** group id */
  group: { readonly id: string }
  /** name */
  setting: { readonly value: string }
  /** room token */
  room: Room
  /** room token / actor type / actor id */
  attendee: Attendee
  /** room token / message id, padded */
  message: Message
  /** bot id, padded */
  bot: Bot
  /** room token / bot id */
  'bot-room': { readonly botId: number; readonly state: number }
  /** entry id */
  password: PasswordEntry
  /** share id */
  'password-share': PasswordShare
  /** node id, padded */
  node: Node
  /** parent's node id, padded / name */
  child: { readonly id: number }
  /** share id, padded */
  'file-share': FileShare
  /** board id, padded */
  board: Board
  /** board id, padded / stack id, padded */
  stack: Stack
  /** stack id, padded / card id, padded */
  card: Card
  /** card id, padded / comment id, padded */
  'card-comment': CardComment
  /** kind (calendars | addressbooks) / user / name */
  collection: DavCollection
  /** kind / user / collection / object name */
  object: DavObject
}

export interface User {
  readonly id: string
  readonly displayName: string
  readonly salt: string
  readonly passwordHash: string
  readonly enabled: boolean
  readonly groups: readonly string[]
  readonly email: string | null
  readonly firstLogin: number
  readonly lastLogin: number
}

interface AppPassword {
  readonly userId: string
  readonly name: string
  readonly created: number
}

export interface Room {
  readonly id: number
  readonly token: string
  readonly type: number
  readonly name: string
  readonly description: string
  readonly readOnly: number
  readonly lastActivity: number
}

export interface Attendee {
  readonly id: number
  readonly token: string
  readonly actorType: string
  readonly actorId: string
  readonly displayName: string
  readonly participantType: number
  readonly lastReadMessage: number
}

interface Reaction {
  readonly reaction: string
  readonly actorType: string
  readonly actorId: string
  readonly actorDisplayName: string
  readonly timestamp: number
}

export interface Message {
  readonly id: number
  readonly token: string
  readonly actorType: string
  readonly actorId: string
  readonly actorDisplayName: string
  readonly timestamp: number
  /** As written; for system messages the reaction or nothing. */
  readonly text: string
  readonly parameters: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly systemMessage: string
  readonly messageType: string
  readonly referenceId: string
  readonly reactions: readonly Reaction[]
  readonly parentId: number | null
  readonly silent: boolean
  readonly edited?: { readonly actorType: string; readonly actorId: string; readonly actorDisplayName: string; readonly timestamp: number }
}

export interface Bot {
  readonly id: number
  readonly name: string
  readonly url: string
  readonly urlHash: string
  readonly description: string
  readonly secret: string
  readonly errorCount: number
  readonly lastErrorDate: number
  readonly lastErrorMessage: string | null
  readonly state: number
  readonly features: number
}

export interface PasswordEntry {
  readonly id: string
  readonly userId: string
  readonly shareId: string | null
  readonly hasShares: boolean
  readonly editable: boolean
  readonly client: string
  readonly created: number
  readonly updated: number
  readonly edited: number
  readonly revision: string
  readonly label: string
  readonly username: string
  readonly password: string
  readonly notes: string
  readonly customFields: string
  readonly url: string
  readonly hash: string
  readonly folder: string
  readonly cseKey: string
  readonly cseType: string
  readonly hidden: boolean
  readonly trashed: boolean
  readonly favorite: boolean
}

export interface PasswordShare {
  readonly id: string
  readonly ownerId: string
  readonly receiverId: string
  readonly sourceId: string
  readonly targetId: string | null
  readonly created: number
  readonly updated: number
  readonly expires: number | null
  readonly editable: boolean
  readonly shareable: boolean
  readonly sourceUpdated: boolean
  readonly targetUpdated: boolean
  readonly client: string
}

export interface Node {
  readonly id: number
  readonly ownerId: string
  readonly parentId: number
  readonly name: string
  readonly folder: boolean
  readonly etag: string
  readonly modified: number
  readonly size: number
  readonly contentType: string
}

export interface FileShare {
  readonly id: number
  readonly type: number
  readonly ownerId: string
  readonly receiver: string
  readonly nodeId: number
  readonly name: string
  readonly permissions: number
  readonly created: number
  readonly token: string
  readonly note: string
}

export interface DeckLabel {
  readonly id: number
  readonly title: string
  readonly color: string
}

export interface Board {
  readonly id: number
  readonly title: string
  readonly color: string
  readonly ownerId: string
  readonly archived: boolean
  readonly labels: readonly DeckLabel[]
  readonly acl: readonly BoardAccess[]
  readonly deletedAt: number
  readonly lastModified: number
}

export interface BoardAccess {
  readonly id: number
  readonly userId: string
  readonly edit: boolean
  readonly share: boolean
  readonly manage: boolean
}

export interface Stack {
  readonly id: number
  readonly boardId: number
  readonly title: string
  readonly order: number
  readonly deletedAt: number
  readonly lastModified: number
}

export interface Card {
  readonly id: number
  readonly boardId: number
  readonly stackId: number
  readonly title: string
  readonly description: string
  readonly type: string
  readonly order: number
  readonly ownerId: string
  readonly lastEditor: string | null
  readonly createdAt: number
  readonly lastModified: number
  readonly labelIds: readonly number[]
  readonly assigned: readonly string[]
  readonly archived: boolean
  readonly done: string | null
  readonly duedate: string | null
  readonly deletedAt: number
}

export interface CardComment {
  readonly id: number
  readonly cardId: number
  readonly message: string
  readonly actorId: string
  readonly created: number
  readonly parentId: number
}

export interface DavCollection {
  readonly name: string
  readonly displayName: string
  readonly color: string
  readonly order: number
  readonly syncToken: number
  readonly component: string
}

export interface DavObject {
  readonly name: string
  readonly data: string
  readonly etag: string
  readonly modified: number
}
