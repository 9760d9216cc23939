import ICAL from 'ical.js'
import { davFailure, escapeXml, Refusal, unrecorded, type Answer } from '../answer.ts'
import { href, multistatus, type DavResource } from '../dav/multistatus.ts'
import { wantedProperties } from '../dav/wanted-properties.ts'
import { childOf, parseXml, type XmlElement } from '../../../runtime/nextcloud/dav/xml-tree.ts'
import { parameter, type AccountExchange } from '../exchange.ts'
import type { DavCollection, DavObject } from '../records.ts'
import { davRoute, type Route } from '../route.ts'
import type { World } from '../world.ts'
import { objectResource } from './calendar-views.ts'
import { collectionOf, deleteObject, getObject, objectsOf, putObject, type ObjectKind } from './dav-objects.ts'

const dataProperty = '{urn:ietf:params:xml:ns:carddav}address-data'
const carddav = (name: string): string => `{urn:ietf:params:xml:ns:carddav}${name}`
const contentType = 'text/vcard; charset=utf-8'

function parseContact(data: string): ICAL.Component {
  const root = new ICAL.Component(ICAL.parse(data))
  if (root.name !== 'vcard') throw new Error('not a VCARD')
  if (!root.getFirstPropertyValue('uid')) throw new Error('the contact must have a UID')
  return root
}

const kind: ObjectKind = { name: 'addressbooks', contentType: () => contentType, check: (data) => void parseContact(data) }

function homeHref(exchange: AccountExchange): string {
  return `${href('addressbooks', 'users', exchange.user.id)}/`
}

function bookResource(exchange: AccountExchange, book: DavCollection): DavResource {
  const properties = {
    '{DAV:}resourcetype': '<d:collection/><card:addressbook/>',
    '{DAV:}displayname': escapeXml(book.displayName),
    '{http://calendarserver.org/ns/}getctag': `http://sabre.io/ns/sync/${book.syncToken}`,
    '{http://sabredav.org/ns}sync-token': String(book.syncToken),
  }
  return { href: `${homeHref(exchange)}${encodeURIComponent(book.name)}/`, properties }
}

function resource(exchange: AccountExchange, object: DavObject): DavResource {
  const base = `${homeHref(exchange)}${encodeURIComponent(parameter(exchange, 'collection'))}/`
  return objectResource(base, object, contentType, dataProperty)
}

function propfindHome(world: World, exchange: AccountExchange): Answer {
  const owner = parameter(exchange, 'user')
  if (owner !== exchange.user.id)
    throw new Refusal(davFailure(404, 'Sabre\\DAV\\Exception\\NotFound', `Principal with name ${owner} not found`))
  const own = { href: homeHref(exchange), properties: { '{DAV:}resourcetype': '<d:collection/>' } }
  const books = world.store.list('collection', `addressbooks/${owner}/`).map((book) => bookResource(exchange, book))
  return multistatus(exchange.headers['depth'] === '0' ? [own] : [own, ...books], wantedProperties(exchange.body))
}

function propfindBook(world: World, exchange: AccountExchange): Answer {
  const book = bookResource(exchange, collectionOf(world, kind, exchange))
  const inside = exchange.headers['depth'] === '0' ? [] : objectsOf(world, kind, exchange).map((object) => resource(exchange, object))
  return multistatus([book, ...inside], wantedProperties(exchange.body) ?? ['{DAV:}resourcetype', '{DAV:}getetag', '{DAV:}displayname'])
}

function matchesProperty(contact: ICAL.Component, filter: XmlElement): boolean {
  const name = (filter.attributes['name'] ?? '').toLowerCase()
  const values = contact.getAllProperties(name).map((property) => String(property.getFirstValue()).toLowerCase())
  const text = childOf(filter, carddav('text-match'))?.text.toLowerCase()
  return text === undefined ? values.length > 0 : values.some((value) => value.includes(text))
}

function matches(data: string, filter: XmlElement | undefined): boolean {
  const filters = filter?.children.filter((child) => child.name === carddav('prop-filter')) ?? []
  if (filters.length === 0) return true
  const contact = parseContact(data)
  const judged = filters.map((one) => matchesProperty(contact, one))
  return filter?.attributes['test'] === 'allof' ? judged.every(Boolean) : judged.some(Boolean)
}

/** `addressbook-query` with text matches and `addressbook-multiget` (RFC 6352, 8.6 and 8.7). */
function report(world: World, exchange: AccountExchange): Answer {
  const root = parseXml(exchange.body)
  const wanted = childOf(root, '{DAV:}prop')?.children.map((child) => child.name) ?? null
  const objects = objectsOf(world, kind, exchange)
  if (root?.name === carddav('addressbook-query')) {
    const filter = childOf(root, carddav('filter'))
    return multistatus(
      objects.filter((object) => matches(object.data, filter)).map((object) => resource(exchange, object)),
      wanted,
    )
  }
  if (root?.name === carddav('addressbook-multiget')) {
    const hrefs = new Set(root.children.filter((child) => child.name === '{DAV:}href').map((child) => decodeURI(child.text.trim())))
    return multistatus(
      objects.map((object) => resource(exchange, object)).filter((one) => hrefs.has(decodeURI(one.href))),
      wanted,
    )
  }
  throw new Refusal(
    unrecorded(davFailure(415, 'Sabre\\DAV\\Exception\\ReportNotSupported', 'the double knows addressbook-query and addressbook-multiget')),
  )
}

const home = '/remote.php/dav/addressbooks/users/{user}'
const book = `${home}/{collection}` as const
const object = `${book}/{object}` as const

export const contactRoutes: readonly Route[] = [
  davRoute(`PROPFIND ${home}/`, 'documented', propfindHome),
  davRoute(`PROPFIND ${home}`, 'documented', propfindHome),
  davRoute(`PROPFIND ${book}/`, 'documented', propfindBook),
  davRoute(`REPORT ${book}/`, 'documented', report),
  davRoute(`GET ${object}`, 'documented', (world, exchange) => getObject(world, kind, exchange)),
  davRoute(`PUT ${object}`, 'documented', (world, exchange) => putObject(world, kind, exchange)),
  davRoute(`DELETE ${object}`, 'documented', (world, exchange) => deleteObject(world, kind, exchange)),
]
