import { childOf, parseXml } from '../../../runtime/nextcloud/dav/xml-tree.ts'

/** The properties that a PROPFIND asks for; null: no list was sent, the server chooses. */
export function wantedProperties(body: Uint8Array): readonly string[] | null {
  const prop = childOf(parseXml(body), '{DAV:}prop')
  return prop ? prop.children.map((child) => child.name) : null
}
