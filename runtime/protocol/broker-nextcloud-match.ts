import { nextcloudOperations, type NextcloudOperation, type NextcloudOperationName } from './broker-nextcloud-operations.ts'
import type { NextcloudCall } from './broker-nextcloud.ts'

/** A request as a client of Nextcloud writes it: method, path with its query, headers. */
export interface WrittenRequest {
  readonly method: string
  /** Percent-encoded path, with its query. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

type Bound = Pick<NextcloudCall, 'path' | 'parts' | 'isFolder'>

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** Segments below `{**}`; a final slash is told apart. */
function bindRest(segments: readonly string[]): Bound | undefined {
  const isFolder = segments.at(-1) === ''
  const path = (isFolder ? segments.slice(0, -1) : segments).map(decoded)
  return path.includes(undefined) ? undefined : { path: path.filter((segment) => segment !== undefined), ...(isFolder ? { isFolder } : {}) }
}

const partName = (part: string): string | undefined => /^\{([a-z]+)\}$/.exec(part)?.[1]

/** Does a written segment stand for this part of a template? Named parts take anything. */
function fits(part: string, segment: string | undefined, account: string): boolean {
  if (segment === undefined) return false
  const name = partName(part)
  if (name === undefined || name === 'account') return decoded(segment) === (name === undefined ? part : account)
  return segment !== ''
}

function bindTemplate(template: string, path: string, account: string): Bound | undefined {
  const wanted = template.split('/')
  const given = path.split('/')
  const rest = wanted.indexOf('{**}')
  const fixed = rest < 0 ? wanted : wanted.slice(0, rest)
  if (!fixed.every((part, index) => fits(part, given[index], account))) return undefined
  if (rest >= 0) return bindRest(given.slice(rest))
  if (given.length !== wanted.length) return undefined
  const named = fixed
    .map((part, index) => [partName(part), given[index]] as const)
    .filter(([name]) => name !== undefined && name !== 'account')
  return named.length === 0 ? {} : { parts: Object.fromEntries(named) as Record<string, string> }
}

function bind(operation: NextcloudOperation, request: WrittenRequest, account: string): Bound | undefined {
  const [path = ''] = request.target.split('?', 1)
  return operation.method === request.method ? bindTemplate(operation.template, path, account) : undefined
}

/** The `Destination` of a copy or move: an absolute URL or a path under the same root. */
function destinationOf(request: WrittenRequest, template: string, account: string): NextcloudCall['destination'] {
  const value = request.headers.find(([name]) => name.toLowerCase() === 'destination')?.[1]
  return value === undefined ? undefined : bindTemplate(template, value.replace(/^https?:\/\/[^/]+/, ''), account)?.path
}

const passedOn: ReadonlySet<string> = new Set(['accept', 'content-type', 'depth', 'overwrite', 'if-match', 'if-none-match'])

/**
 * The call that says the same as a client's request, for clients that write requests themselves; `undefined` where the closed list
 * has none. The broker judges the call, not this translation.
 */
export function nextcloudCallFor(request: WrittenRequest, account: string): NextcloudCall | undefined {
  for (const [name, operation] of Object.entries(nextcloudOperations)) {
    const bound = bind(operation, request, account)
    if (bound === undefined) continue
    const destination = destinationOf(request, operation.template, account)
    const query = [...new URLSearchParams(request.target.split('?').slice(1).join('?'))]
    const headers = request.headers
      .map(([header, value]) => [header.toLowerCase(), value] as const)
      .filter(([header]) => passedOn.has(header))
    return {
      operation: name as NextcloudOperationName,
      ...bound,
      ...(destination === undefined ? {} : { destination }),
      ...(query.length === 0 ? {} : { query }),
      ...(headers.length === 0 ? {} : { headers: headers as NonNullable<NextcloudCall['headers']> }),
    }
  }
  return undefined
}
