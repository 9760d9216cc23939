import { davFailure, Refusal, unrecorded, type Answer } from '../answer.ts'
import { multistatus, type DavResource } from '../dav/multistatus.ts'
import { childOf, parseXml, type XmlElement } from '../../../runtime/nextcloud/dav/xml-tree.ts'
import type { AccountExchange } from '../exchange.ts'
import type { World } from '../world.ts'
import { fileResource } from './file-properties.ts'
import { childrenReached, reach, type Reached } from './mounts.ts'

type Condition = (resource: DavResource) => boolean

function bad(message: string): never {
  throw new Refusal(unrecorded(davFailure(400, 'Sabre\\DAV\\Exception\\BadRequest', message)))
}

function operands(element: XmlElement): { name: string; literal: string } {
  const name = childOf(element, '{DAV:}prop')?.children[0]?.name ?? bad('a comparison needs a property')
  return { name, literal: childOf(element, '{DAV:}literal')?.text ?? '' }
}

function valueOf(resource: DavResource, name: string): string {
  return (resource.properties[name] ?? '')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

function ordered(value: string): number {
  return /^\d+$/.test(value) ? Number(value) : Date.parse(value)
}

function likePattern(literal: string): RegExp {
  const escaped = literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('%', '.*').replaceAll('_', '.')}$`, 'is')
}

const comparisons: Readonly<Record<string, (value: string, literal: string) => boolean>> = {
  '{DAV:}eq': (value, literal) => value.toLowerCase() === literal.toLowerCase(),
  '{DAV:}like': (value, literal) => likePattern(literal).test(value),
  '{DAV:}gt': (value, literal) => ordered(value) > ordered(literal),
  '{DAV:}gte': (value, literal) => ordered(value) >= ordered(literal),
  '{DAV:}lt': (value, literal) => ordered(value) < ordered(literal),
  '{DAV:}lte': (value, literal) => ordered(value) <= ordered(literal),
}

function condition(element: XmlElement): Condition {
  const inner = (): readonly Condition[] => element.children.map(condition)
  if (element.name === '{DAV:}and')
    return (
      (all) => (resource) =>
        all.every((one) => one(resource))
    )(inner())
  if (element.name === '{DAV:}or')
    return (
      (any) => (resource) =>
        any.some((one) => one(resource))
    )(inner())
  if (element.name === '{DAV:}not')
    return (
      (all) => (resource) =>
        !all.every((one) => one(resource))
    )(inner())
  if (element.name === '{DAV:}is-collection') return (resource) => (resource.properties['{DAV:}resourcetype'] ?? '') !== ''
  const compare = comparisons[element.name] ?? bad(`the double does not search by ${element.name}`)
  const { name, literal } = operands(element)
  return (resource) => compare(valueOf(resource, name), literal)
}

function scopeOf(search: XmlElement, userId: string): readonly string[] {
  const scope = childOf(childOf(childOf(search, '{DAV:}from'), '{DAV:}scope'), '{DAV:}href')?.text.trim() ?? ''
  const match = /^(?:\/remote\.php\/dav)?\/files\/([^/]+)(?:\/(.*))?$/.exec(scope)
  if (!match || decodeURIComponent(match[1] ?? '') !== userId) bad('the scope must be a folder of the account that asks')
  return (match[2] ?? '').split('/').filter(Boolean).map(decodeURIComponent)
}

function walk(world: World, userId: string, segments: readonly string[], folder: Reached): readonly DavResource[] {
  return childrenReached(world, userId, folder).flatMap((child) => {
    const path = [...segments, child.node.name]
    const inside = child.node.folder ? walk(world, userId, path, child) : []
    return [fileResource(world, userId, path, child), ...inside]
  })
}

/** DAV basic search (RFC 5323) as Nextcloud offers it below one's own folder. */
export function searchFiles(world: World, exchange: AccountExchange): Answer {
  const search = childOf(parseXml(exchange.body), '{DAV:}basicsearch') ?? bad('a basicsearch is needed')
  const segments = scopeOf(search, exchange.user.id)
  const top = reach(world, exchange.user.id, segments) ?? bad('the scope does not exist')
  const where = childOf(search, '{DAV:}where')?.children[0]
  const matches = where ? condition(where) : () => true
  const wanted = childOf(childOf(search, '{DAV:}select'), '{DAV:}prop')?.children.map((child) => child.name) ?? null
  const limit = Number(childOf(childOf(search, '{DAV:}limit'), '{DAV:}nresults')?.text ?? Number.POSITIVE_INFINITY)
  const hits = walk(world, exchange.user.id, segments, top).filter((resource) => matches(resource))
  return multistatus(hits.slice(0, limit), wanted)
}
