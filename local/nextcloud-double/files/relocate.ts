import { davFailure, Refusal, unrecorded, type Answer } from '../answer.ts'
import type { AccountExchange } from '../exchange.ts'
import { matchRoute, openRoute } from '../route.ts'
import type { World } from '../world.ts'
import { forbidden, placeOf, requirePermission, segmentsOf, type Place } from './place.ts'
import { permissionBits, type Reached } from './mounts.ts'
import { copyNode, isWithin, moveNode, removeNode } from './tree.ts'

const destinationRoute = [
  openRoute('GET /remote.php/dav/files/{user}/{path*}', 'documented', () => ({ status: 200, headers: {}, body: '' })),
]

function bad(message: string): never {
  throw new Refusal(unrecorded(davFailure(400, 'Sabre\\DAV\\Exception\\BadRequest', message)))
}

/** The path that the Destination header names inside the caller's own folder, collapsed as a request's path is. */
function destinationOf(exchange: AccountExchange): readonly string[] {
  const header = exchange.headers['destination'] ?? bad('The destination header was not supplied')
  const path = header.replace(/^https?:\/\/[^/]*/, '')
  const match = matchRoute(destinationRoute, 'GET', path)
  if (!match) bad('The destination is not inside this server')
  if (match.parameters['user'] !== exchange.user.id) forbidden()
  return segmentsOf(match.parameters['path'] ?? '')
}

function requireAllowed(world: World, source: Reached, place: Place, how: 'move' | 'copy'): void {
  if (how === 'move' && source.mount) forbidden('the double does not move mounted shares')
  if (isWithin(world, place.parent.node, source.node)) bad('The destination may not be part of the same subtree as the source path.')
  if (how === 'move') requirePermission(source.permissions, permissionBits.delete)
  requirePermission(place.parent.permissions, permissionBits.create)
  if (place.reached) requirePermission(place.reached.permissions, permissionBits.delete)
}

/** MOVE and COPY (RFC 4918, 9.8 and 9.9): 201 to a free name, 204 over something, 412 with `Overwrite: F`. */
export function relocate(world: World, exchange: AccountExchange, source: Reached, how: 'move' | 'copy'): Answer {
  const place = placeOf(world, exchange.user.id, destinationOf(exchange))
  if (place.reached && exchange.headers['overwrite'] === 'F') {
    const message = 'The destination node already exists, and the overwrite header is set to false'
    throw new Refusal(unrecorded(davFailure(412, 'Sabre\\DAV\\Exception\\PreconditionFailed', message, 'Overwrite')))
  }
  requireAllowed(world, source, place, how)
  if (place.reached) {
    if (place.reached.node.id === source.node.id) return { status: 204, headers: {}, body: '' }
    removeNode(world, place.reached.node)
  }
  if (how === 'move') moveNode(world, source.node, place.parent.node, place.name)
  else copyNode(world, source.node, place.parent.node, place.name)
  return { status: place.reached ? 204 : 201, headers: { 'content-type': 'text/html; charset=UTF-8' }, body: '' }
}
