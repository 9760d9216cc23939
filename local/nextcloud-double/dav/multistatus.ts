import { escapeXml, xmlAnswer, type Answer } from '../answer.ts'

const prefixes: Readonly<Record<string, string>> = {
  'DAV:': 'd',
  'http://sabredav.org/ns': 's',
  'urn:ietf:params:xml:ns:caldav': 'cal',
  'urn:ietf:params:xml:ns:carddav': 'card',
  'http://calendarserver.org/ns/': 'cs',
  'http://owncloud.org/ns': 'oc',
  'http://nextcloud.org/ns': 'nc',
}

/** What is known of one resource: property name as `{namespace}local` to its inner XML. */
export type Properties = Readonly<Record<string, string>>

export interface DavResource {
  readonly href: string
  readonly properties: Properties
}

function tag(name: string, inner: string | null): string {
  const [, namespace = '', local = ''] = /^\{(.*)\}(.*)$/.exec(name) ?? []
  const prefix = prefixes[namespace]
  const open = prefix ? `${prefix}:${local}` : `x:${local} xmlns:x="${escapeXml(namespace)}"`
  if (inner === null || inner === '') return `<${open}/>`
  return `<${open}>${inner}</${prefix ?? 'x'}:${local}>`
}

function propstat(tags: readonly string[], status: string): string {
  return tags.length === 0 ? '' : `<d:propstat><d:prop>${tags.join('')}</d:prop><d:status>HTTP/1.1 ${status}</d:status></d:propstat>`
}

/** `wanted` null: everything that is known. Known and unknown properties come in two groups, as Sabre sends them. */
function response(resource: DavResource, wanted: readonly string[] | null): string {
  const names = wanted ?? Object.keys(resource.properties)
  const found = names.filter((name) => resource.properties[name] !== undefined).map((name) => tag(name, resource.properties[name] ?? ''))
  const missing = names.filter((name) => resource.properties[name] === undefined).map((name) => tag(name, null))
  return `<d:response><d:href>${escapeXml(resource.href)}</d:href>${propstat(found, '200 OK')}${propstat(missing, '404 Not Found')}</d:response>`
}

export function multistatus(resources: readonly DavResource[], wanted: readonly string[] | null, features?: string): Answer {
  const namespaces = Object.entries(prefixes).map(([namespace, prefix]) => ` xmlns:${prefix}="${namespace}"`)
  const inner = resources.map((resource) => response(resource, wanted)).join('')
  const body = `<?xml version="1.0"?>\n<d:multistatus${namespaces.join('')}>${inner}</d:multistatus>\n`
  return xmlAnswer(207, body, features === undefined ? {} : { dav: features })
}

/** The path of a resource, percent-encoded as Sabre does. */
export function href(...segments: readonly string[]): string {
  return `/remote.php/dav/${segments.map(encodeURIComponent).join('/')}`
}
