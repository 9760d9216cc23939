import { davFailure, jsonAnswer, Refusal, unrecorded, type Answer } from '../answer.ts'
import { multistatus, type DavResource } from '../dav/multistatus.ts'
import { wantedProperties } from '../dav/wanted-properties.ts'
import { childOf, parseXml, type XmlElement } from '../../../runtime/nextcloud/dav/xml-tree.ts'
import { parameter, type AccountExchange } from '../exchange.ts'
import type { DavObject } from '../records.ts'
import { davRoute, type Route } from '../route.ts'
import type { World } from '../world.ts'
import { matchesFilter, parseCalendar } from './calendar-query.ts'
import { calendarFeatures, calendarHome, calendarHomeResources, calendarResource, objectResource } from './calendar-views.ts'
import {
  collectionKey,
  collectionOf,
  deleteCollection,
  deleteObject,
  getObject,
  objectsOf,
  putObject,
  type ObjectKind,
} from './dav-objects.ts'

const dataProperty = '{urn:ietf:params:xml:ns:caldav}calendar-data'

const contentType = (data: string): string => {
  const component =
    parseCalendar(data)
      .getAllSubcomponents()
      .find((one) => one.name !== 'vtimezone')?.name ?? 'vevent'
  return `text/calendar; charset=utf-8; component=${component}`
}

const kind: ObjectKind = { name: 'calendars', contentType, check: (data) => void parseCalendar(data) }

function resource(exchange: AccountExchange, object: DavObject): DavResource {
  const base = `${calendarHome(exchange.user)}${encodeURIComponent(parameter(exchange, 'collection'))}/`
  return objectResource(base, object, contentType(object.data), dataProperty)
}

function propfindHome(world: World, exchange: AccountExchange): Answer {
  if (parameter(exchange, 'user') !== exchange.user.id) {
    throw new Refusal(
      unrecorded(davFailure(404, 'Sabre\\DAV\\Exception\\NotFound', `Principal with name ${parameter(exchange, 'user')} not found`)),
    )
  }
  const own = { href: calendarHome(exchange.user), properties: { '{DAV:}resourcetype': '<d:collection/>' } }
  const inside = exchange.headers['depth'] === '0' ? [] : calendarHomeResources(world, exchange.user)
  return multistatus([own, ...inside], wantedProperties(exchange.body), calendarFeatures)
}

function propfindCalendar(world: World, exchange: AccountExchange): Answer {
  const calendar = collectionOf(world, kind, exchange)
  const inside = exchange.headers['depth'] === '0' ? [] : objectsOf(world, kind, exchange).map((object) => resource(exchange, object))
  const wanted = wantedProperties(exchange.body)
  const shown = inside.map((one) => ({ ...one, properties: wanted ? one.properties : withoutData(one) }))
  return multistatus([calendarResource(exchange.user, calendar), ...shown], wanted, calendarFeatures)
}

function withoutData(one: DavResource): DavResource['properties'] {
  return Object.fromEntries(Object.entries(one.properties).filter(([name]) => name !== dataProperty))
}

function multiget(root: XmlElement): (path: string) => boolean {
  const hrefs = new Set(root.children.filter((child) => child.name === '{DAV:}href').map((child) => decodeURI(child.text.trim())))
  return (path) => hrefs.has(decodeURI(path))
}

/** `calendar-query` and `calendar-multiget` (RFC 4791, 7.8 and 7.9). */
function report(world: World, exchange: AccountExchange): Answer {
  const root = parseXml(exchange.body)
  const wanted = childOf(root, '{DAV:}prop')?.children.map((child) => child.name) ?? null
  const objects = objectsOf(world, kind, exchange)
  if (root?.name === '{urn:ietf:params:xml:ns:caldav}calendar-query') {
    const filter = childOf(root, '{urn:ietf:params:xml:ns:caldav}filter')
    return multistatus(
      objects.filter((object) => matchesFilter(object.data, filter)).map((object) => resource(exchange, object)),
      wanted,
    )
  }
  if (root?.name === '{urn:ietf:params:xml:ns:caldav}calendar-multiget') {
    const chosen = multiget(root)
    return unrecorded(
      multistatus(
        objects.map((object) => resource(exchange, object)).filter((one) => chosen(one.href)),
        wanted,
      ),
    )
  }
  throw new Refusal(
    unrecorded(davFailure(415, 'Sabre\\DAV\\Exception\\ReportNotSupported', 'the double knows calendar-query and calendar-multiget')),
  )
}

function makeCalendar(world: World, exchange: AccountExchange): Answer {
  const key = collectionKey(kind, exchange)
  if (world.store.get('collection', key)) {
    return davFailure(405, 'Sabre\\DAV\\Exception\\MethodNotAllowed', 'The resource you tried to create already exists')
  }
  const prop = childOf(childOf(parseXml(exchange.body), '{DAV:}set'), '{DAV:}prop')
  const name = parameter(exchange, 'collection')
  const displayName = childOf(prop, '{DAV:}displayname')?.text ?? name
  const color = childOf(prop, '{http://apple.com/ns/ical/}calendar-color')?.text ?? '#00679e'
  world.store.put('collection', key, { name, displayName, color, order: 0, syncToken: 1, component: 'VEVENT' })
  return { ...jsonAnswer(201, {}), body: '' }
}

const home = '/remote.php/dav/calendars/{user}'
const calendar = `${home}/{collection}` as const
const object = `${calendar}/{object}` as const

export const calendarRoutes: readonly Route[] = [
  davRoute(`PROPFIND ${home}/`, 'recorded', propfindHome),
  davRoute(`PROPFIND ${home}`, 'documented', propfindHome),
  davRoute(`PROPFIND ${calendar}/`, 'documented', propfindCalendar),
  davRoute(`REPORT ${calendar}/`, 'recorded', report),
  davRoute(`MKCALENDAR ${calendar}`, 'documented', makeCalendar),
  davRoute(`MKCALENDAR ${calendar}/`, 'documented', makeCalendar),
  davRoute(`DELETE ${calendar}/`, 'documented', (world, exchange) => deleteCollection(world, kind, exchange)),
  davRoute(`GET ${object}`, 'documented', (world, exchange) => getObject(world, kind, exchange)),
  davRoute(`PUT ${object}`, 'recorded', (world, exchange) => putObject(world, kind, exchange)),
  davRoute(`DELETE ${object}`, 'documented', (world, exchange) => deleteObject(world, kind, exchange)),
]
