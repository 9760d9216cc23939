import { ApiError, ApiUnreachable, isApiError } from './api-error.ts'
import type { Connection } from './connection.ts'
import { collectionPath, kindOf, type Kind } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { readBody } from './read-body.ts'
import { sendRequest, type ApiRequest } from './send-request.ts'

export interface ApplyOptions {
  /** Field manager: who owns what is sent, and only that. */
  readonly manager: string
  readonly subresource?: 'status'
}

export interface RemoveOptions {
  /** Removes only the object with this UID: a new one of the same name stays. */
  readonly uid: string
  readonly gracePeriodSeconds?: number
}

/** The one way to the API server: raw JSON both ways, so that no field is lost in a generated model. */
export interface Cluster {
  /** Server-side apply, taking over conflicting fields; resolves with the object as it is stored. */
  readonly apply: (object: KubernetesObject, options: ApplyOptions) => Promise<KubernetesObject>
  /** Plain creation, for Leases and Events: fails with 409 where the object is there. */
  readonly create: (object: KubernetesObject) => Promise<KubernetesObject>
  /** Replaces exactly the version named in the metadata: fails with 409 where it is another. */
  readonly replace: (object: KubernetesObject) => Promise<KubernetesObject>
  /** Undefined where there is none. No namespace: a cluster-wide object. */
  readonly get: (kind: Kind, namespace: string | undefined, name: string) => Promise<KubernetesObject | undefined>
  /** All objects with these labels, read from the server, not from a cache. */
  readonly list: (kind: Kind, namespace: string, labels: Readonly<Record<string, string>>) => Promise<readonly KubernetesObject[]>
  /** An object that is gone already, or has been replaced, counts as removed. */
  readonly remove: (kind: Kind, namespace: string, name: string, options: RemoveOptions) => Promise<void>
}

export interface ApiClientOptions {
  readonly connection: Connection
  /** One request must be answered in this time. Shorter than the leader's margin, so that a late write cannot meet a successor. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** A request the server was too busy for (429) is sent again after so long, three times. */
  readonly busyDelayMs?: number
}

const busyAttempts = 4

type Call = (doing: string, request: Omit<ApiRequest, 'signal'>) => Promise<unknown>

export function apiClient(options: ApiClientOptions): Cluster {
  const call: Call = (doing, request) => json(options, doing, request)
  return { ...writes(call), get: getWith(call), list: listWith(call), remove: removeWith(call) }
}

function writes(call: Call): Pick<Cluster, 'apply' | 'create' | 'replace'> {
  const one = async (doing: string, request: Omit<ApiRequest, 'signal'>): Promise<KubernetesObject> =>
    asObject(doing, await call(doing, request))
  return {
    apply: (object, { manager, subresource }) =>
      one(`applying ${describe(object)}`, {
        method: 'PATCH',
        path: `${objectPath(object)}${subresource === undefined ? '' : `/${subresource}`}`,
        query: { fieldManager: manager, force: 'true' },
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: JSON.stringify(object),
      }),
    create: (object) => {
      const path = collectionPath(kindOf(object), object.metadata.namespace)
      return one(`creating ${describe(object)}`, { method: 'POST', path, headers: jsonContent, body: JSON.stringify(object) })
    },
    replace: (object) =>
      one(`replacing ${describe(object)}`, { method: 'PUT', path: objectPath(object), headers: jsonContent, body: JSON.stringify(object) }),
  }
}

function getWith(call: Call): Cluster['get'] {
  return async (kind, namespace, name) => {
    const doing = `reading ${kind.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
    try {
      const path = `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`
      return asObject(doing, await call(doing, { method: 'GET', path }))
    } catch (error) {
      if (isApiError(error, 404)) return undefined
      throw error
    }
  }
}

function listWith(call: Call): Cluster['list'] {
  return async (kind, namespace, labels) => {
    const labelSelector = Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',')
    const doing = `listing ${kind.plural} in ${namespace}`
    const list = await call(doing, { method: 'GET', path: collectionPath(kind, namespace), query: { labelSelector } })
    // Items of a list carry neither kind nor version.
    const items = isRecord(list) && Array.isArray(list['items']) ? list['items'] : []
    return items.map((item) => asObject(doing, { apiVersion: kind.apiVersion, kind: kind.kind, ...(item as object) }))
  }
}

function removeWith(call: Call): Cluster['remove'] {
  return async (kind, namespace, name, { uid, gracePeriodSeconds }) => {
    const body = JSON.stringify({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      preconditions: { uid },
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    })
    const path = `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`
    try {
      await call(`deleting ${kind.kind} ${namespace}/${name}`, { method: 'DELETE', path, headers: jsonContent, body })
    } catch (error) {
      if (!isApiError(error, 404) && !isApiError(error, 409)) throw error
    }
  }
}

const jsonContent = { 'content-type': 'application/json' }
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const describe = (object: KubernetesObject): string =>
  `${object.kind} ${object.metadata.namespace === undefined ? '' : `${object.metadata.namespace}/`}${object.metadata.name}`
const objectPath = (object: KubernetesObject): string =>
  `${collectionPath(kindOf(object), object.metadata.namespace)}/${encodeURIComponent(object.metadata.name)}`

function asObject(doing: string, value: unknown): KubernetesObject {
  if (isRecord(value) && isRecord(value['metadata']) && typeof value['kind'] === 'string') return value as unknown as KubernetesObject
  throw new Error(`${doing}: the API server's answer is not an object`)
}

async function json(options: ApiClientOptions, doing: string, request: Omit<ApiRequest, 'signal'>): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)])
    const response = await sendRequest(options.connection, { ...request, signal })
    const body = await readBody(response)
    const status = response.statusCode ?? 0
    if (status >= 200 && status < 300) return parse(doing, body)
    if (status !== 429 || tries === busyAttempts) throw new ApiError(doing, status, body)
    await new Promise((resolve) => setTimeout(resolve, options.busyDelayMs ?? 1000))
  }
}

function parse(doing: string, body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw new ApiUnreachable(`${doing}: the answer is not JSON, or was cut off`, { cause: error })
  }
}
