import * as z from 'zod'
import { ResourceVersionGone, type Entry, type Page, type Source, type WatchEvent } from '../controller/source.ts'
import { ApiError } from './api-error.ts'
import type { Connection } from './connection.ts'
import { collectionPath, type Kind } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { readBody } from './read-body.ts'
import { sendRequest, type ApiRequest } from './send-request.ts'
import { watchLines } from './watch-lines.ts'

export interface WatchSourceOptions<T extends Entry> {
  readonly connection: Connection
  readonly kind: Kind
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined
  readonly labelSelector?: string
  /** Metadata alone: values (of Secrets) never reach this process. */
  readonly metadataOnly?: boolean
  readonly project: (object: KubernetesObject) => T
  readonly pageSize: number
  readonly listTimeoutMs: number
  /** The server ends a watch after between once and twice this time. */
  readonly watchSeconds: number
  readonly random: () => number
}

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.record(z.string(), z.unknown())).nullable(),
})

const metadataAccept = {
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  watch: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
}

/** One collection of the API server for a reflector. */
export function watchSource<T extends Entry>(options: WatchSourceOptions<T>): Source<T> {
  const where = options.namespace === undefined ? '' : ` in ${options.namespace}`
  const name = `${options.kind.plural}${where}`
  return {
    name,
    list: (token, signal) => list(options, name, token, signal),
    watch: (version, signal) => watch(options, name, version, signal),
  }
}

const path = (options: WatchSourceOptions<Entry>): string => collectionPath(options.kind, options.namespace)
const selector = (options: WatchSourceOptions<Entry>): Record<string, string> =>
  options.labelSelector === undefined ? {} : { labelSelector: options.labelSelector }

async function list<T extends Entry>(
  options: WatchSourceOptions<T>,
  name: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Page<T>> {
  const request: ApiRequest = {
    method: 'GET',
    path: path(options),
    query: { ...selector(options), limit: String(options.pageSize), ...(token === undefined ? {} : { continue: token }) },
    headers: options.metadataOnly === true ? { accept: metadataAccept.list } : {},
    signal: AbortSignal.any([signal, AbortSignal.timeout(options.listTimeoutMs)]),
  }
  const response = await sendRequest(options.connection, request)
  const body = await readBody(response)
  if (response.statusCode !== 200) throw listError(name, response.statusCode ?? 0, body)
  const page = listSchema.parse(JSON.parse(body))
  const { kind, apiVersion } = options.kind
  const continueToken = page.metadata.continue === '' ? undefined : page.metadata.continue
  return {
    entries: (page.items ?? []).map((item) => options.project({ ...item, apiVersion, kind } as unknown as KubernetesObject)),
    resourceVersion: page.metadata.resourceVersion,
    continueToken,
  }
}

const listError = (name: string, status: number, body: string): Error =>
  status === 410 ? new ResourceVersionGone(`listing ${name}: the pages have expired`) : new ApiError(`listing ${name}`, status, body)

const eventSchema = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.record(z.string(), z.unknown()),
})

async function* watch<T extends Entry>(
  options: WatchSourceOptions<T>,
  name: string,
  resourceVersion: string,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>> {
  const timeoutSeconds = String(Math.round(options.watchSeconds * (1 + options.random())))
  const request: ApiRequest = {
    method: 'GET',
    path: path(options),
    query: { ...selector(options), watch: 'true', allowWatchBookmarks: 'true', resourceVersion, timeoutSeconds },
    headers: options.metadataOnly === true ? { accept: metadataAccept.watch } : {},
    signal,
  }
  const response = await sendRequest(options.connection, request)
  if (response.statusCode !== 200) throw watchError(name, response.statusCode ?? 0, await readBody(response))
  try {
    for await (const line of watchLines(response)) yield toEvent(options, name, line)
  } finally {
    response.destroy()
  }
}

function toEvent<T extends Entry>(options: WatchSourceOptions<T>, name: string, line: string): WatchEvent<T> {
  const event = eventSchema.parse(JSON.parse(line))
  if (event.type === 'ERROR') throw watchError(name, Number(event.object['code'] ?? 0), JSON.stringify(event.object))
  const { kind, apiVersion } = options.kind
  const object = { ...event.object, apiVersion, kind } as unknown as KubernetesObject
  if (event.type === 'BOOKMARK') return { type: 'bookmark', resourceVersion: object.metadata.resourceVersion ?? '' }
  return { type: event.type === 'DELETED' ? 'deleted' : 'stored', entry: options.project(object) }
}

/** 410, or a version from the future (the server's data was restored from a backup): only a LIST helps. */
function watchError(name: string, status: number, body: string): Error {
  const error = new ApiError(`watching ${name}`, status, body)
  const gone = status === 410 || error.reason === 'Expired' || error.causes.includes('ResourceVersionTooLarge')
  return gone ? new ResourceVersionGone(error.message) : error
}
