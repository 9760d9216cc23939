import { escapeXml } from '../answer.ts'
import { href, type DavResource, type Properties } from '../dav/multistatus.ts'
import type { DavCollection, DavObject, User } from '../records.ts'
import { permissionsOn } from '../deck/deck-views.ts'
import type { World } from '../world.ts'

export const calendarFeatures =
  '1, 3, extended-mkcol, access-control, calendarserver-principal-property-search, oc-resource-sharing, calendar-access, calendar-proxy, calendar-auto-schedule, calendar-availability, nc-calendar-trashbin, nc-calendar-webcal-cache, calendarserver-subscribed, oc-calendar-publishing, calendarserver-sharing, nc-paginate, nextcloud-checksum-update, nc-calendar-search, nc-enable-birthday-calendar'

const collection = '<d:collection/>'
const oneComponent = (name: string): string => `<cal:comp name="${name}"/>`

function plain(path: string, resourcetype: string): DavResource {
  return { href: path, properties: { '{DAV:}resourcetype': `${collection}${resourcetype}` } }
}

export function calendarHome(user: User): string {
  return `${href('calendars', user.id)}/`
}

export function calendarResource(user: User, calendar: DavCollection): DavResource {
  const properties: Properties = {
    '{DAV:}resourcetype': `${collection}<cal:calendar/>`,
    '{http://calendarserver.org/ns/}getctag': `http://sabre.io/ns/sync/${calendar.syncToken}`,
    '{http://sabredav.org/ns}sync-token': String(calendar.syncToken),
    '{urn:ietf:params:xml:ns:caldav}supported-calendar-component-set': oneComponent(calendar.component),
    '{urn:ietf:params:xml:ns:caldav}schedule-calendar-transp': '<cal:opaque/>',
    '{http://owncloud.org/ns}owner-principal': `principals/users/${escapeXml(user.id)}`,
    '{DAV:}displayname': escapeXml(calendar.displayName),
    '{http://apple.com/ns/ical/}calendar-order': String(calendar.order),
    '{http://apple.com/ns/ical/}calendar-color': escapeXml(calendar.color),
    '{http://nextcloud.com/ns}owner-displayname': escapeXml(user.displayName),
  }
  return { href: `${calendarHome(user)}${encodeURIComponent(calendar.name)}/`, properties }
}

/** Deck offers each board as a calendar of tasks. */
function deckCalendars(world: World, user: User): readonly DavResource[] {
  const readable = world.store.list('board').filter((board) => board.deletedAt === 0 && permissionsOn(board, user.id)['PERMISSION_READ'])
  return readable.map((board) => ({
    href: `${calendarHome(user)}app-generated--deck--board-${board.id}/`,
    properties: {
      '{DAV:}getlastmodified': new Date(board.lastModified * 1000).toUTCString(),
      '{DAV:}resourcetype': `${collection}<cal:calendar/>`,
      '{DAV:}displayname': escapeXml(`Deck: ${board.title}`),
      '{http://apple.com/ns/ical/}calendar-color': `#${board.color}`,
      '{urn:ietf:params:xml:ns:caldav}supported-calendar-component-set': oneComponent('VTODO'),
    },
  }))
}

/** Everything in an account's calendar folder. */
export function calendarHomeResources(world: World, user: User): readonly DavResource[] {
  const home = calendarHome(user)
  const calendars = world.store.list('collection', `calendars/${user.id}/`)
  const sorted = calendars.toSorted((left, right) => Number(left.name === 'contact_birthdays') - Number(right.name === 'contact_birthdays'))
  return [
    ...sorted.map((calendar) => calendarResource(user, calendar)),
    plain(`${home}inbox/`, '<cal:schedule-inbox/>'),
    plain(`${home}outbox/`, '<cal:schedule-outbox/>'),
    plain(`${home}trashbin/`, '<x2:trash-bin xmlns:x2="http://nextcloud.com/ns"/>'),
    ...deckCalendars(world, user),
  ]
}

export function objectResource(base: string, object: DavObject, contentType: string, dataProperty: string): DavResource {
  const properties = {
    '{DAV:}getlastmodified': new Date(object.modified * 1000).toUTCString(),
    '{DAV:}getcontentlength': String(Buffer.byteLength(object.data)),
    '{DAV:}resourcetype': '',
    '{DAV:}getetag': escapeXml(object.etag),
    '{DAV:}getcontenttype': contentType,
    [dataProperty]: escapeXml(object.data.replaceAll('\r', '')),
  }
  return { href: `${base}${encodeURIComponent(object.name)}`, properties }
}
