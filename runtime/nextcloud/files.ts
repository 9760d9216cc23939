import type { Call, Caller } from './caller.ts'
import { parseMultistatus } from './dav/multistatus.ts'
import { xmlText } from './dav/xml-text.ts'
import { fileEntry, propfindBody, wantedFileProperties, type FileEntry } from './file-entry.ts'
import { davPath, pathSegments } from './file-path.ts'
import { NextcloudError } from './nextcloud-error.ts'
import { pathPart } from './ocs.ts'
import type { NextcloudResponse } from './send.ts'

/** When a write may happen: the file is new, or it is still the one that was read (its ETag), or whatever is there. */
export type WriteCondition = { readonly when: 'new' } | { readonly when: 'unchanged'; readonly etag: string } | { readonly when: 'always' }

export interface ReadFile {
  readonly bytes: Uint8Array
  readonly etag: string
  readonly contentType: string
}

export interface Files {
  /** The folder itself first, then what is in it. */
  readonly list: (path: string) => Promise<readonly FileEntry[]>
  readonly stat: (path: string) => Promise<FileEntry>
  /** Throws `too-large` where the file has more than `limitBytes`. */
  readonly read: (path: string, limitBytes: number) => Promise<ReadFile>
  /** Resolves with the new ETag. Throws `precondition-failed` where the condition does not hold. */
  readonly write: (path: string, bytes: Uint8Array, condition: WriteCondition) => Promise<string>
  readonly makeFolder: (path: string) => Promise<void>
  /** Deletes what still has this ETag. */
  readonly delete: (path: string, etag: string) => Promise<void>
  /** Never overwrites: throws `precondition-failed` where something is at `to`. */
  readonly move: (from: string, to: string) => Promise<void>
  readonly copy: (from: string, to: string) => Promise<void>
  /** Files and folders whose name holds `text`, `limit` at most. */
  readonly find: (text: string, limit: number) => Promise<readonly FileEntry[]>
}

const xml = { 'Content-Type': 'application/xml', Accept: 'application/xml' }

function etagOf(doing: string, response: NextcloudResponse): string {
  const etag = response.headers['etag'] ?? response.headers['oc-etag']
  if (etag) return etag
  throw new NextcloudError({ kind: 'bad-answer', doing, status: response.status, retryAfterMs: null, detail: 'the answer has no ETag' })
}

function conditionHeaders(condition: WriteCondition): Readonly<Record<string, string>> {
  if (condition.when === 'new') return { 'If-None-Match': '*' }
  return condition.when === 'unchanged' ? { 'If-Match': condition.etag } : {}
}

function searchBody(account: string, text: string, limit: number): string {
  const literal = xmlText(`%${text.replaceAll(/[%_\\]/g, '_')}%`)
  return `<?xml version="1.0"?><d:searchrequest xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"><d:basicsearch><d:select><d:prop>${wantedFileProperties}</d:prop></d:select><d:from><d:scope><d:href>/files/${xmlText(pathPart(account))}</d:href><d:depth>infinity</d:depth></d:scope></d:from><d:where><d:like><d:prop><d:displayname/></d:prop><d:literal>${literal}</d:literal></d:like></d:where><d:orderby/><d:limit><d:nresults>${limit}</d:nresults></d:limit></d:basicsearch></d:searchrequest>`
}

function relocation(root: string, verb: 'MOVE' | 'COPY', from: string, to: string): Call {
  const headers = { Destination: davPath(root, to), Overwrite: 'F' }
  const doing = `${verb === 'MOVE' ? 'moving' : 'copying'} ${shown(from)}`
  return { doing, method: verb, path: davPath(root, from), headers, expected: [201, 204] }
}

function shown(path: string): string {
  return `/${pathSegments(path).join('/')}`
}

/** Whose files, and how they are reached. */
interface Access {
  readonly caller: Caller
  readonly account: string
  readonly root: string
}

async function properties({ caller, account, root }: Access, path: string, depth: '0' | '1'): Promise<readonly FileEntry[]> {
  const doing = `reading the properties of ${shown(path)}`
  const target = davPath(root, path) + (depth === '1' || pathSegments(path).length === 0 ? '/' : '')
  const response = await caller({
    doing,
    method: 'PROPFIND',
    path: target,
    headers: { ...xml, Depth: depth },
    body: propfindBody,
    expected: [207],
  })
  return parseMultistatus(doing, response).map((resource) => fileEntry(doing, account, resource))
}

async function stat(access: Access, path: string): Promise<FileEntry> {
  const [entry] = await properties(access, path, '0')
  if (entry) return entry
  const doing = `reading the properties of ${shown(path)}`
  throw new NextcloudError({ kind: 'bad-answer', doing, status: 207, retryAfterMs: null, detail: 'the answer is empty' })
}

async function read({ caller, root }: Access, path: string, limitBytes: number): Promise<ReadFile> {
  const doing = `reading ${shown(path)}`
  const headers = { Accept: '*/*' }
  const response = await caller({
    doing,
    method: 'GET',
    path: davPath(root, path),
    headers,
    expected: [200],
    responseLimitBytes: limitBytes,
  })
  return {
    bytes: response.body,
    etag: etagOf(doing, response),
    contentType: response.headers['content-type'] ?? 'application/octet-stream',
  }
}

async function write({ caller, root }: Access, path: string, bytes: Uint8Array, condition: WriteCondition): Promise<string> {
  const doing = `writing ${shown(path)}`
  const headers = { 'Content-Type': 'application/octet-stream', ...conditionHeaders(condition) }
  return etagOf(doing, await caller({ doing, method: 'PUT', path: davPath(root, path), headers, body: bytes, expected: [201, 204] }))
}

async function find({ caller, account }: Access, text: string, limit: number): Promise<readonly FileEntry[]> {
  const doing = 'searching files by name'
  const headers = { ...xml, 'Content-Type': 'text/xml' }
  const response = await caller({
    doing,
    method: 'SEARCH',
    path: '/remote.php/dav/',
    headers,
    body: searchBody(account, text, limit),
    expected: [207],
  })
  return parseMultistatus(doing, response).map((resource) => fileEntry(doing, account, resource))
}

/** The files of an account (WebDAV). Paths are below the account's folder; unsafe ones throw `UnsafePathError` and are never sent. */
export function createFiles(caller: Caller, account: string): Files {
  const root = `/remote.php/dav/files/${pathPart(account)}`
  const access = { caller, account, root }
  return {
    list: (path) => properties(access, path, '1'),
    stat: (path) => stat(access, path),
    read: (path, limitBytes) => read(access, path, limitBytes),
    write: (path, bytes, condition) => write(access, path, bytes, condition),
    makeFolder: async (path) => {
      await caller({ doing: `making the folder ${shown(path)}`, method: 'MKCOL', path: davPath(root, path), expected: [201] })
    },
    delete: async (path, etag) => {
      if (pathSegments(path).length === 0) throw new TypeError('deleting files: the whole folder of an account is never deleted')
      const headers = { 'If-Match': etag }
      await caller({ doing: `deleting ${shown(path)}`, method: 'DELETE', path: davPath(root, path), headers, expected: [204] })
    },
    move: async (from, to) => {
      await caller(relocation(root, 'MOVE', from, to))
    },
    copy: async (from, to) => {
      await caller(relocation(root, 'COPY', from, to))
    },
    find: (text, limit) => find(access, text, limit),
  }
}
