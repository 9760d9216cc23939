import type { Node } from '../records.ts'
import { padded } from '../padded.ts'
import { randomText, seconds, type World } from '../world.ts'

const rootParent = 0

const types: Readonly<Record<string, string>> = {
  md: 'text/markdown',
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  ics: 'text/calendar',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  odt: 'application/vnd.oasis.opendocument.text',
  zip: 'application/zip',
}

function contentTypeOf(name: string): string {
  return types[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream'
}

function childKey(parentId: number, name: string): string {
  return `${padded(parentId)}/${name}`
}

export function nodeById(world: World, id: number): Node | undefined {
  return world.store.get('node', padded(id))
}

export function childNamed(world: World, parent: Node, name: string): Node | undefined {
  const child = world.store.get('child', childKey(parent.id, name))
  return child ? nodeById(world, child.id) : undefined
}

export function childrenOf(world: World, parent: Node): readonly Node[] {
  return world.store.list('child', `${padded(parent.id)}/`).flatMap((child) => nodeById(world, child.id) ?? [])
}

function newNode(world: World, place: Pick<Node, 'ownerId' | 'parentId' | 'name' | 'folder'>): Node {
  const node: Node = {
    ...place,
    id: world.store.next('file'),
    etag: randomText(place.folder ? 13 : 32, 'hex'),
    modified: seconds(world),
    size: 0,
    contentType: place.folder ? 'httpd/unix-directory' : contentTypeOf(place.name),
  }
  world.store.put('node', padded(node.id), node)
  world.store.put('child', childKey(node.parentId, node.name), { id: node.id })
  return node
}

/** An account's own folder, made when first asked for. */
export function rootOf(world: World, userId: string): Node {
  const known = world.store.get('child', childKey(rootParent, userId))
  const node = known ? nodeById(world, known.id) : undefined
  return node ?? newNode(world, { ownerId: userId, parentId: rootParent, name: userId, folder: true })
}

/** Gives a folder and all above it new ETags, as Nextcloud does after each change inside. */
function touch(world: World, id: number): void {
  for (let node = nodeById(world, id); node; node = nodeById(world, node.parentId)) {
    world.store.put('node', padded(node.id), { ...node, etag: randomText(13, 'hex'), modified: seconds(world) })
  }
}

export function makeFolder(world: World, parent: Node, name: string): Node {
  const node = newNode(world, { ownerId: parent.ownerId, parentId: parent.id, name, folder: true })
  touch(world, parent.id)
  return node
}

/** Creates or overwrites a file. */
export function writeFile(world: World, parent: Node, name: string, bytes: Uint8Array): Node {
  const known = childNamed(world, parent, name) ?? newNode(world, { ownerId: parent.ownerId, parentId: parent.id, name, folder: false })
  const written: Node = { ...known, etag: randomText(32, 'hex'), modified: seconds(world), size: bytes.length }
  world.store.put('node', padded(written.id), written)
  world.store.writeContent(written.id, bytes)
  touch(world, parent.id)
  return written
}

function forget(world: World, node: Node): void {
  for (const child of childrenOf(world, node)) forget(world, child)
  world.store.delete('node', padded(node.id))
  world.store.delete('child', childKey(node.parentId, node.name))
  world.store.deleteContent(node.id)
  for (const [key, share] of world.store.entries('file-share')) if (share.nodeId === node.id) world.store.delete('file-share', key)
}

export function removeNode(world: World, node: Node): void {
  forget(world, node)
  touch(world, node.parentId)
}

export function moveNode(world: World, node: Node, parent: Node, name: string): void {
  world.store.delete('child', childKey(node.parentId, node.name))
  world.store.put('node', padded(node.id), {
    ...node,
    parentId: parent.id,
    name,
    contentType: node.folder ? node.contentType : contentTypeOf(name),
  })
  world.store.put('child', childKey(parent.id, name), { id: node.id })
  touch(world, node.parentId)
  touch(world, parent.id)
}

export function copyNode(world: World, node: Node, parent: Node, name: string): void {
  if (!node.folder) {
    writeFile(world, parent, name, world.store.readContent(node.id))
    return
  }
  const folder = makeFolder(world, parent, name)
  for (const child of childrenOf(world, node)) copyNode(world, child, folder, child.name)
}

/** True when `node` is `ancestor` or inside it. */
export function isWithin(world: World, node: Node, ancestor: Node): boolean {
  for (let at: Node | undefined = node; at; at = nodeById(world, at.parentId)) if (at.id === ancestor.id) return true
  return false
}

/** Bytes in a file or in all files of a folder. */
export function sizeOf(world: World, node: Node): number {
  return node.folder ? childrenOf(world, node).reduce((sum, child) => sum + sizeOf(world, child), 0) : node.size
}
