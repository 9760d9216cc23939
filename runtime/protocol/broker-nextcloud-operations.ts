import type { Effect } from './action.ts'

/** What a call of one operation looks like on the wire, and the least that it does to the world. */
export interface NextcloudOperation {
  readonly method: string
  /** `{account}` is the agent's own account, `{**}` the call's path, `{name}` one of its parts. */
  readonly template: string
  readonly effect: Effect
  /** Names of query parameters that may be given, besides `format`. */
  readonly query?: readonly string[]
}

const dav = '/remote.php/dav'
const files = `${dav}/files/{account}/{**}`
const calendars = `${dav}/calendars/{account}/{**}`
const addressBooks = `${dav}/addressbooks/users/{account}/{**}`
const deck = '/index.php/apps/deck/api/v1.0/boards'
const card = `${deck}/{board}/stacks/{stack}/cards/{card}`
const comments = '/ocs/v2.php/apps/deck/api/v1.0/cards/{card}/comments'
const shares = '/ocs/v2.php/apps/files_sharing/api/v1'
const talk = '/ocs/v2.php/apps/spreed/api'

const read = (method: string, template: string, ...query: readonly string[]): NextcloudOperation => ({
  method,
  template,
  effect: 'read',
  query,
})
const write = (method: string, template: string): NextcloudOperation => ({ method, template, effect: 'write' })
const egress = (method: string, template: string): NextcloudOperation => ({ method, template, effect: 'egress' })
const destroy = (method: string, template: string): NextcloudOperation => ({ method, template, effect: 'destructive' })

/**
 * Everything that can be asked of Nextcloud through the broker. Passwords, app passwords, accounts, groups, settings, apps and
 * bots are not here, so that no request for them can be made.
 */
export const nextcloudOperations = {
  'core.status': read('GET', '/status.php'),
  'core.user': read('GET', '/ocs/v2.php/cloud/user'),
  'core.capabilities': read('GET', '/ocs/v2.php/cloud/capabilities'),
  'core.autocomplete': read('GET', '/ocs/v2.php/core/autocomplete/get', 'search', 'itemType', 'itemId', 'shareTypes[]', 'limit'),

  'files.properties': read('PROPFIND', files),
  'files.get': read('GET', files),
  'files.head': read('HEAD', files),
  'files.report': read('REPORT', files),
  'files.search': read('SEARCH', `${dav}/`),
  'files.put': write('PUT', files),
  'files.folder': write('MKCOL', files),
  'files.copy': write('COPY', files),
  'files.move': write('MOVE', files),
  'files.delete': destroy('DELETE', files),

  'shares.list': read('GET', `${shares}/shares`, 'path', 'shared_with_me', 'reshares', 'subfiles', 'include_tags'),
  'shares.get': read('GET', `${shares}/shares/{share}`),
  'shares.find': read('GET', `${shares}/sharees`, 'search', 'itemType', 'page', 'perPage', 'lookup', 'shareType[]'),
  'shares.create': egress('POST', `${shares}/shares`),
  'shares.update': egress('PUT', `${shares}/shares/{share}`),
  'shares.delete': destroy('DELETE', `${shares}/shares/{share}`),

  'deck.boards': read('GET', deck, 'details'),
  'deck.board': read('GET', `${deck}/{board}`),
  'deck.stacks': read('GET', `${deck}/{board}/stacks`),
  'deck.archived': read('GET', `${deck}/{board}/stacks/archived`),
  'deck.stack': read('GET', `${deck}/{board}/stacks/{stack}`),
  'deck.card': read('GET', card),
  'deck.comments': read('GET', comments, 'limit', 'offset'),
  'deck.createBoard': write('POST', deck),
  'deck.createStack': write('POST', `${deck}/{board}/stacks`),
  'deck.updateStack': write('PUT', `${deck}/{board}/stacks/{stack}`),
  'deck.deleteStack': destroy('DELETE', `${deck}/{board}/stacks/{stack}`),
  'deck.createCard': write('POST', `${deck}/{board}/stacks/{stack}/cards`),
  'deck.updateCard': write('PUT', card),
  'deck.moveCard': write('PUT', `${card}/reorder`),
  'deck.archiveCard': write('PUT', `${card}/archive`),
  'deck.assignLabel': write('PUT', `${card}/assignLabel`),
  'deck.removeLabel': write('PUT', `${card}/removeLabel`),
  'deck.assignUser': egress('PUT', `${card}/assignUser`),
  'deck.unassignUser': write('PUT', `${card}/unassignUser`),
  'deck.deleteCard': destroy('DELETE', card),
  'deck.createLabel': write('POST', `${deck}/{board}/labels`),
  'deck.comment': write('POST', comments),
  'deck.share': egress('POST', `${deck}/{board}/acl`),

  'calendar.properties': read('PROPFIND', calendars),
  'calendar.report': read('REPORT', calendars),
  'calendar.get': read('GET', calendars),
  'calendar.put': write('PUT', calendars),
  'calendar.delete': destroy('DELETE', calendars),

  'contacts.properties': read('PROPFIND', addressBooks),
  'contacts.report': read('REPORT', addressBooks),
  'contacts.get': read('GET', addressBooks),

  'talk.rooms': read('GET', `${talk}/v4/room`, 'noStatusUpdate', 'includeStatus', 'modifiedSince'),
  'talk.room': read('GET', `${talk}/v4/room/{room}`),
  'talk.participants': read('GET', `${talk}/v4/room/{room}/participants`, 'includeStatus'),
  'talk.messages': read(
    'GET',
    `${talk}/v1/chat/{room}`,
    'lookIntoFuture',
    'limit',
    'lastKnownMessageId',
    'lastCommonReadId',
    'timeout',
    'setReadMarker',
    'includeLastKnown',
    'noStatusUpdate',
    'markNotificationsAsRead',
  ),
  'talk.post': egress('POST', `${talk}/v1/chat/{room}`),
  'talk.edit': egress('PUT', `${talk}/v1/chat/{room}/{message}`),
  'talk.delete': destroy('DELETE', `${talk}/v1/chat/{room}/{message}`),
  'talk.reactions': read('GET', `${talk}/v1/reaction/{room}/{message}`),
} as const satisfies Readonly<Record<string, NextcloudOperation>>

export type NextcloudOperationName = keyof typeof nextcloudOperations
