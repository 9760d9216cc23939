import { davFailure, Refusal, unrecorded, type Answer } from '../answer.ts'
import { checkPreconditions } from '../dav/preconditions.ts'
import { parameter, type AccountExchange } from '../exchange.ts'
import type { DavCollection, DavObject } from '../records.ts'
import { digest, seconds, type World } from '../world.ts'

/** Calendars hold events (CalDAV), address books hold contacts (CardDAV); else they are alike. */
export interface ObjectKind {
  readonly name: 'calendars' | 'addressbooks'
  readonly contentType: (data: string) => string
  /** Throws where the data are not what this kind holds. */
  readonly check: (data: string) => void
}

function notFound(what: string): never {
  throw new Refusal(unrecorded(davFailure(404, 'Sabre\\DAV\\Exception\\NotFound', what)))
}

export function collectionKey(kind: ObjectKind, exchange: AccountExchange): string {
  if (parameter(exchange, 'user') !== exchange.user.id) notFound(`Principal with name ${parameter(exchange, 'user')} not found`)
  return `${kind.name}/${exchange.user.id}/${parameter(exchange, 'collection')}`
}

export function collectionOf(world: World, kind: ObjectKind, exchange: AccountExchange): DavCollection {
  const key = collectionKey(kind, exchange)
  return world.store.get('collection', key) ?? notFound(`Node with name '${parameter(exchange, 'collection')}' could not be found`)
}

function bump(world: World, key: string, collection: DavCollection): void {
  world.store.put('collection', key, { ...collection, syncToken: collection.syncToken + 1 })
}

function existing(world: World, kind: ObjectKind, exchange: AccountExchange): { key: string; object: DavObject } {
  collectionOf(world, kind, exchange)
  const key = `${collectionKey(kind, exchange)}/${parameter(exchange, 'object')}`
  return { key, object: world.store.get('object', key) ?? notFound('Calendar object not found') }
}

export function getObject(world: World, kind: ObjectKind, exchange: AccountExchange): Answer {
  const { object } = existing(world, kind, exchange)
  return { status: 200, headers: { 'content-type': kind.contentType(object.data), etag: object.etag }, body: object.data }
}

/** Line ends are stored as they are sent out in reports: without carriage returns. */
export function putObject(world: World, kind: ObjectKind, exchange: AccountExchange): Answer {
  const collection = collectionOf(world, kind, exchange)
  const key = `${collectionKey(kind, exchange)}/${parameter(exchange, 'object')}`
  const before = world.store.get('object', key)
  checkPreconditions(exchange, before?.etag ?? null)
  const data = Buffer.from(exchange.body).toString('utf8')
  try {
    kind.check(data)
  } catch (error) {
    const message = `Validation error: ${error instanceof Error ? error.message : String(error)}`
    throw new Refusal(unrecorded(davFailure(415, 'Sabre\\DAV\\Exception\\UnsupportedMediaType', message)))
  }
  const object = { name: parameter(exchange, 'object'), data, etag: `"${digest('md5', data)}"`, modified: seconds(world) }
  world.store.put('object', key, object)
  bump(world, collectionKey(kind, exchange), collection)
  const headers = { 'content-type': 'text/html; charset=UTF-8', etag: object.etag }
  return unrecorded({ status: before ? 204 : 201, headers, body: '' })
}

export function deleteObject(world: World, kind: ObjectKind, exchange: AccountExchange): Answer {
  const { key, object } = existing(world, kind, exchange)
  checkPreconditions(exchange, object.etag)
  world.store.delete('object', key)
  bump(world, collectionKey(kind, exchange), collectionOf(world, kind, exchange))
  return { status: 204, headers: {}, body: '' }
}

export function objectsOf(world: World, kind: ObjectKind, exchange: AccountExchange): readonly DavObject[] {
  collectionOf(world, kind, exchange)
  return world.store.list('object', `${collectionKey(kind, exchange)}/`)
}

export function deleteCollection(world: World, kind: ObjectKind, exchange: AccountExchange): Answer {
  collectionOf(world, kind, exchange)
  const key = collectionKey(kind, exchange)
  for (const [object] of world.store.entries('object', `${key}/`)) world.store.delete('object', object)
  world.store.delete('collection', key)
  return { status: 204, headers: {}, body: '' }
}
