import { escapeXml } from '../answer.ts'
import type { DavResource } from '../dav/multistatus.ts'
import { href } from '../dav/multistatus.ts'
import type { World } from '../world.ts'
import { permissionBits, type Reached } from './mounts.ts'
import { sizeOf } from './tree.ts'

/** Added to file numbers in `oc:id` and `OC-FileId`. */
const instanceId = 'ocmoltdouble'

export function fileIdHeader(id: number): string {
  return `${String(id).padStart(8, '0')}${instanceId}`
}

/** Letters as the desktop clients know them: shared, reshare, get, delete, rename and move, write or create. */
function permissionLetters(reached: Reached): string {
  const can = (bit: number): boolean => (reached.permissions & bit) !== 0
  const letters = [
    [reached.share !== undefined, 'S'],
    [can(permissionBits.share), 'R'],
    [can(permissionBits.read), 'G'],
    [can(permissionBits.delete) || reached.mount, 'D'],
    [can(permissionBits.update), 'NV'],
    [can(permissionBits.update) && !reached.node.folder, 'W'],
    [can(permissionBits.create) && reached.node.folder, 'CK'],
  ] as const
  return letters.map(([held, letter]) => (held ? letter : '')).join('')
}

function httpDate(seconds: number): string {
  return new Date(seconds * 1000).toUTCString()
}

function shareTypesXml(world: World, nodeId: number): string {
  const types = new Set(world.store.list('file-share').flatMap((share) => (share.nodeId === nodeId ? [share.type] : [])))
  return [...types].map((type) => `<oc:share-type>${type}</oc:share-type>`).join('')
}

/** A file or folder as WebDAV shows it to an account. */
export function fileResource(world: World, userId: string, segments: readonly string[], reached: Reached): DavResource {
  const { node } = reached
  const size = sizeOf(world, node)
  const owner = world.store.get('user', node.ownerId)?.displayName ?? node.ownerId
  const shared = {
    '{DAV:}getetag': `&quot;${node.etag}&quot;`,
    '{DAV:}getlastmodified': httpDate(node.modified),
    '{DAV:}resourcetype': node.folder ? '<d:collection/>' : '',
    '{DAV:}displayname': escapeXml(node.name),
    '{http://owncloud.org/ns}fileid': String(node.id),
    '{http://owncloud.org/ns}id': fileIdHeader(node.id),
    '{http://owncloud.org/ns}permissions': permissionLetters(reached),
    '{http://owncloud.org/ns}owner-id': escapeXml(node.ownerId),
    '{http://owncloud.org/ns}owner-display-name': escapeXml(owner),
    '{http://owncloud.org/ns}size': String(size),
    '{http://owncloud.org/ns}share-types': shareTypesXml(world, node.id),
    '{http://nextcloud.org/ns}share-attributes': '[]',
  }
  const path = href('files', userId, ...segments)
  if (node.folder) {
    const quota = { '{DAV:}quota-used-bytes': String(size), '{DAV:}quota-available-bytes': '-3' }
    return { href: `${path}/`, properties: { ...shared, ...quota } }
  }
  return { href: path, properties: { ...shared, '{DAV:}getcontentlength': String(node.size), '{DAV:}getcontenttype': node.contentType } }
}

/** What a PROPFIND without a list of properties answers. */
export const defaultFileProperties: readonly string[] = [
  '{DAV:}getlastmodified',
  '{DAV:}getcontentlength',
  '{DAV:}resourcetype',
  '{DAV:}quota-used-bytes',
  '{DAV:}quota-available-bytes',
  '{DAV:}getetag',
  '{DAV:}getcontenttype',
]
