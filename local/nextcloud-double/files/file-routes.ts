import { davFailure, Refusal, unrecorded, type Answer } from '../answer.ts'
import { href, multistatus } from '../dav/multistatus.ts'
import { checkPreconditions, isNotModified } from '../dav/preconditions.ts'
import { wantedProperties } from '../dav/wanted-properties.ts'
import { parameter, type AccountExchange } from '../exchange.ts'
import type { Node } from '../records.ts'
import { davRoute, type Route } from '../route.ts'
import { padded } from '../padded.ts'
import type { World } from '../world.ts'
import { defaultFileProperties, fileIdHeader, fileResource } from './file-properties.ts'
import { fileShareRoutes } from './file-share-routes.ts'
import { childrenReached, permissionBits, reach, type Reached } from './mounts.ts'
import { forbidden, placeOf, requirePermission, segmentsOf, type Place } from './place.ts'
import { relocate } from './relocate.ts'
import { searchFiles } from './search-files.ts'
import { makeFolder, nodeById, removeNode, writeFile } from './tree.ts'

const davFeatures =
  '1, 3, extended-mkcol, access-control, calendarserver-principal-property-search, nc-paginate, nextcloud-checksum-update, nc-calendar-search, nc-enable-birthday-calendar'
const collectionText = 'This is the WebDAV interface. It can only be accessed by WebDAV clients such as the Nextcloud desktop sync client.'
const html = { 'content-type': 'text/html; charset=UTF-8' }

function notFound(segments: readonly string[]): never {
  const message = `File with name /${segments.join('/')} could not be located`
  throw new Refusal(davFailure(404, 'Sabre\\DAV\\Exception\\NotFound', message))
}

/** Another account's folder looks empty: nothing in it can be found. */
function requireOwnFolder(exchange: AccountExchange, segments: readonly string[]): void {
  const owner = parameter(exchange, 'user')
  if (owner === exchange.user.id || segments.length === 0) return
  throw new Refusal(unrecorded(davFailure(404, 'Sabre\\DAV\\Exception\\NotFound', `File not found: ${segments[0]} in '${owner}'`)))
}

function found(world: World, exchange: AccountExchange): { segments: readonly string[]; reached: Reached } {
  const segments = segmentsOf(parameter(exchange, 'path'))
  requireOwnFolder(exchange, segments)
  const reached = reach(world, exchange.user.id, segments) ?? notFound(segments)
  return { segments, reached }
}

function writablePlace(world: World, exchange: AccountExchange): Place {
  const segments = segmentsOf(parameter(exchange, 'path'))
  if (parameter(exchange, 'user') !== exchange.user.id) forbidden()
  return placeOf(world, exchange.user.id, segments)
}

function get(world: World, exchange: AccountExchange): Answer {
  const segments = segmentsOf(parameter(exchange, 'path'))
  if (parameter(exchange, 'user') !== exchange.user.id && segments.length === 0) return { status: 200, headers: html, body: collectionText }
  const { node } = found(world, exchange).reached
  if (node.folder) return { status: 200, headers: html, body: collectionText }
  const etag = `"${node.etag}"`
  checkPreconditions(exchange, etag)
  if (isNotModified(exchange, etag)) return unrecorded({ status: 304, headers: { etag, 'oc-etag': etag }, body: '' })
  const type = node.contentType.startsWith('text/') ? `${node.contentType};charset=UTF-8` : node.contentType
  const modified = new Date(node.modified * 1000).toUTCString()
  const headers = { 'content-type': type, etag, 'oc-etag': etag, 'last-modified': modified, 'accept-ranges': 'bytes' }
  return ranged(exchange, { status: 200, headers, body: world.store.readContent(node.id) })
}

function ranged(exchange: AccountExchange, answer: Answer & { body: Uint8Array }): Answer {
  const match = /^bytes=(\d+)-(\d*)$/.exec(exchange.headers['range'] ?? '')
  if (!match) return answer
  const { length } = answer.body
  const first = Number(match[1])
  const last = match[2] ? Math.min(Number(match[2]), length - 1) : length - 1
  if (first > last) return unrecorded({ ...answer, status: 416, headers: { 'content-range': `bytes */${length}` }, body: '' })
  const headers = { ...answer.headers, 'content-range': `bytes ${first}-${last}/${length}` }
  return unrecorded({ status: 206, headers, body: answer.body.subarray(first, last + 1) })
}

function put(world: World, exchange: AccountExchange): Answer {
  const { name, parent, reached } = writablePlace(world, exchange)
  if (reached?.node.folder) {
    return unrecorded(davFailure(409, 'Sabre\\DAV\\Exception\\Conflict', 'PUT is not allowed on non-files.'))
  }
  checkPreconditions(exchange, reached ? `"${reached.node.etag}"` : null)
  if (reached) requirePermission(reached.permissions, permissionBits.update)
  else requirePermission(parent.permissions, permissionBits.create)
  const node = reached?.mount ? overwriteMounted(world, reached, exchange.body) : writeFile(world, parent.node, name, exchange.body)
  const etag = `"${node.etag}"`
  const headers = { ...html, etag, 'oc-etag': etag, 'oc-fileid': fileIdHeader(node.id) }
  return reached ? { status: 204, headers, body: '' } : unrecorded({ status: 201, headers, body: '' })
}

/** A share may have another name where it is mounted: it is written in its owner's folder, under its own. */
function overwriteMounted(world: World, reached: Reached, bytes: Uint8Array): Node {
  const own = nodeById(world, reached.node.id) ?? reached.node
  const folder = nodeById(world, own.parentId) ?? forbidden()
  return writeFile(world, folder, own.name, bytes)
}

function mkcol(world: World, exchange: AccountExchange): Answer {
  const { name, parent, reached } = writablePlace(world, exchange)
  if (reached) return davFailure(405, 'Sabre\\DAV\\Exception\\MethodNotAllowed', 'The resource you tried to create already exists')
  requirePermission(parent.permissions, permissionBits.create)
  const node = makeFolder(world, parent.node, name)
  return unrecorded({ status: 201, headers: { ...html, 'oc-fileid': fileIdHeader(node.id) }, body: '' })
}

/** Deleting what another shares only leaves the share. */
function remove(world: World, exchange: AccountExchange): Answer {
  const { segments, reached } = found(world, exchange)
  if (segments.length === 0) forbidden()
  checkPreconditions(exchange, `"${reached.node.etag}"`)
  if (reached.mount && reached.share) world.store.delete('file-share', padded(reached.share.id))
  else {
    requirePermission(reached.permissions, permissionBits.delete)
    removeNode(world, reached.node)
  }
  return { status: 204, headers: html, body: '' }
}

function propfind(world: World, exchange: AccountExchange): Answer {
  const wanted = wantedProperties(exchange.body)
  const owner = parameter(exchange, 'user')
  const { user } = exchange
  if (owner !== user.id && segmentsOf(parameter(exchange, 'path')).length === 0) {
    return multistatus([{ href: `${href('files', owner)}/`, properties: { '{DAV:}resourcetype': '<d:collection/>' } }], wanted, davFeatures)
  }
  const { segments, reached } = found(world, exchange)
  const own = fileResource(world, user.id, segments, reached)
  const deep = exchange.headers['depth'] !== '0' && reached.node.folder
  const inside = deep ? childrenReached(world, user.id, reached) : []
  const children = inside.map((child) => fileResource(world, user.id, [...segments, child.node.name], child))
  if (wanted) return multistatus([own, ...children], wanted, davFeatures)
  const chosen = [own, ...children].map((resource) => ({
    ...resource,
    properties: Object.fromEntries(Object.entries(resource.properties).filter(([name]) => defaultFileProperties.includes(name))),
  }))
  return multistatus(chosen, null, davFeatures)
}

const files = '/remote.php/dav/files/{user}/{path*}'

export const fileRoutes: readonly Route[] = [
  davRoute(`GET ${files}`, 'recorded', get),
  davRoute(`HEAD ${files}`, 'documented', get),
  davRoute(`PUT ${files}`, 'recorded', put),
  davRoute(`MKCOL ${files}`, 'recorded', mkcol),
  davRoute(`DELETE ${files}`, 'documented', remove),
  davRoute(`PROPFIND ${files}`, 'recorded', propfind),
  davRoute(`MOVE ${files}`, 'documented', (world, exchange) => relocate(world, exchange, found(world, exchange).reached, 'move')),
  davRoute(`COPY ${files}`, 'documented', (world, exchange) => relocate(world, exchange, found(world, exchange).reached, 'copy')),
  davRoute('SEARCH /remote.php/dav/{path*}', 'documented', searchFiles),
  ...fileShareRoutes,
]
