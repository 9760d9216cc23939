import { NextcloudError } from '../nextcloud-error.ts'
import type { NextcloudResponse } from '../send.ts'
import { childOf, childrenOf, parseXml, type XmlElement } from './xml-tree.ts'

/** One resource of a multistatus: its decoded path and the properties that were found, by `{namespace}local`. */
export interface DavResource {
  readonly path: string
  readonly properties: ReadonlyMap<string, XmlElement>
}

function foundProperties(response: XmlElement): ReadonlyMap<string, XmlElement> {
  const found = childrenOf(response, '{DAV:}propstat').filter((propstat) =>
    / 200 /.test(`${childOf(propstat, '{DAV:}status')?.text ?? ''} `),
  )
  return new Map(found.flatMap((propstat) => childOf(propstat, '{DAV:}prop')?.children ?? []).map((property) => [property.name, property]))
}

/** All resources of a multistatus answer (RFC 4918, 13). Property values are text, never guessed to be numbers. */
export function parseMultistatus(doing: string, response: NextcloudResponse): readonly DavResource[] {
  try {
    const root = parseXml(response.body)
    if (root?.name !== '{DAV:}multistatus') throw new Error('the answer is no multistatus')
    return childrenOf(root, '{DAV:}response').map((entry) => ({
      path: decodeURIComponent(childOf(entry, '{DAV:}href')?.text.trim() ?? ''),
      properties: foundProperties(entry),
    }))
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new NextcloudError({ kind: 'bad-answer', doing, status: response.status, retryAfterMs: null, detail }, { cause: error })
  }
}

export function textOf(resource: DavResource, name: string): string {
  return resource.properties.get(name)?.text ?? ''
}
