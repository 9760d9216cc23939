import type { Answer } from './answer.ts'
import type { AccountExchange, Exchange } from './exchange.ts'
import type { World } from './world.ts'

interface RouteBase {
  readonly method: string
  /** `{name}` matches one segment, a final `{name*}` all that follows (also nothing). */
  readonly path: string
  /** False: not in the recordings; follows Nextcloud's documentation, and the answer says so in a header. */
  readonly recorded: boolean
}

/** `style` decides how a missing or ended credential is answered. `open` routes need none. */
export type Route =
  | (RouteBase & { readonly style: 'open'; readonly handle: (world: World, exchange: Exchange) => Answer })
  | (RouteBase & {
      readonly style: 'ocs' | 'app' | 'dav'
      readonly adminOnly?: true
      readonly handle: (world: World, exchange: AccountExchange) => Answer
    })

type AccountHandle = (world: World, exchange: AccountExchange) => Answer

/** `recorded`: the exchange is in the recordings; `documented`: it follows Nextcloud's documentation, and its answers say so. */
export type Evidence = 'recorded' | 'documented'

type RouteMaker<Handle> = (request: `${string} /${string}`, evidence: Evidence, handle: Handle) => Route

function described(request: string, evidence: Evidence): RouteBase {
  const space = request.indexOf(' ')
  return { method: request.slice(0, space), path: request.slice(space + 1), recorded: evidence === 'recorded' }
}

const forAccounts =
  (style: 'ocs' | 'app' | 'dav'): RouteMaker<AccountHandle> =>
  (request, evidence, handle) => ({ ...described(request, evidence), style, handle })

/** Routes by how they answer a missing credential: OCS, an app's own API, WebDAV. */
export const ocsRoute = forAccounts('ocs')
export const appRoute = forAccounts('app')
export const davRoute = forAccounts('dav')

export const adminRoute: RouteMaker<AccountHandle> = (request, evidence, handle) => ({
  ...described(request, evidence),
  style: 'ocs',
  adminOnly: true,
  handle,
})

export const openRoute: RouteMaker<(world: World, exchange: Exchange) => Answer> = (request, evidence, handle) => ({
  ...described(request, evidence),
  style: 'open',
  handle,
})

export interface Match {
  readonly route: Route
  readonly parameters: Readonly<Record<string, string>>
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  const parameters: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    if (part.endsWith('*}')) return { ...parameters, [part.slice(1, -2)]: segments.slice(index).join('/') }
    const segment = segments[index]
    if (segment === undefined) return null
    if (part.startsWith('{') && segment !== '') parameters[part.slice(1, -1)] = segment
    else if (part !== segment) return null
  }
  return pattern.length === segments.length ? parameters : null
}

/**
 * The route of a request. Segments are decoded once, then dots are collapsed, as Nextcloud does before it serves:
 * `files/agent/%2e%2e/alice/` is `files/alice/`.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | null {
  const segments: string[] = []
  for (const raw of path.split('/').slice(1)) {
    const segment = decode(raw)
    if (segment === null) return null
    if (segment === '..') segments.pop()
    else if (segment !== '.') segments.push(...segment.split('/'))
  }
  for (const route of routes) {
    if (route.method !== method) continue
    const parameters = matchSegments(route.path.split('/').slice(1), segments)
    if (parameters) return { route, parameters }
  }
  return null
}
