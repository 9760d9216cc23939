import * as z from 'zod'
import { textOf, type DavResource } from './dav/multistatus.ts'
import { parseValue } from './parse-answer.ts'

export const wantedFileProperties =
  '<d:getetag/><d:getlastmodified/><d:getcontentlength/><d:getcontenttype/><d:resourcetype/><oc:fileid/><oc:permissions/><oc:owner-id/><nc:share-attributes/>'

export const propfindBody = `<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"><d:prop>${wantedFileProperties}</d:prop></d:propfind>`

const entrySchema = z.object({
  /** Below the account's folder, with no slash in front; `''` is that folder. */
  path: z.string(),
  kind: z.enum(['file', 'folder']),
  /** With its quotes. */
  etag: z.string().min(1),
  fileId: z.string().regex(/^\d+$/),
  ownerId: z.string().min(1),
  /** Letters: S shared, R may share, G may read, D may delete, N and V may rename and move, W may write, C and K may create. */
  permissions: z.string(),
  sizeBytes: z.int().min(0).nullable(),
  contentType: z.string().nullable(),
  modified: z.date().nullable(),
})

export type FileEntry = Readonly<z.output<typeof entrySchema>>

function relativePath(account: string, path: string): string | undefined {
  const root = `/remote.php/dav/files/${account}`
  if (path !== root && !path.startsWith(`${root}/`)) return undefined
  return path.slice(root.length).replace(/^\//, '').replace(/\/$/, '')
}

/** A file or folder from its properties; one outside the account's folder is a `bad-answer`. */
export function fileEntry(doing: string, account: string, resource: DavResource): FileEntry {
  const folder = resource.properties.get('{DAV:}resourcetype')?.children.some((child) => child.name === '{DAV:}collection') ?? false
  const length = textOf(resource, '{DAV:}getcontentlength')
  const modified = Date.parse(textOf(resource, '{DAV:}getlastmodified'))
  const value = {
    path: relativePath(account, resource.path),
    kind: folder ? 'folder' : 'file',
    etag: textOf(resource, '{DAV:}getetag'),
    fileId: textOf(resource, '{http://owncloud.org/ns}fileid'),
    ownerId: textOf(resource, '{http://owncloud.org/ns}owner-id'),
    permissions: textOf(resource, '{http://owncloud.org/ns}permissions'),
    sizeBytes: /^\d+$/.test(length) ? Number(length) : null,
    contentType: textOf(resource, '{DAV:}getcontenttype') || null,
    modified: Number.isNaN(modified) ? null : new Date(modified),
  }
  return parseValue(doing, value, entrySchema, 207)
}
