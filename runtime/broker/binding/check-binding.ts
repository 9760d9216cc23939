import type { CredentialBinding } from '../../protocol/runtime-config.ts'
import { isHostName } from './host-name.ts'
import { parseStrictUrl, type StrictUrl } from './strict-url.ts'

type BindingProblem =
  | 'url-malformed'
  | 'host-not-bound'
  | 'port-not-bound'
  | 'method-not-bound'
  | 'path-not-bound'
  | 'header-not-allowed'
  | 'header-malformed'
  | 'binding-malformed'

export interface RequestToBind {
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export type BindingVerdict = { readonly ok: true; readonly url: StrictUrl } | { readonly ok: false; readonly problem: BindingProblem }

/** Headers a request with a credential may carry. None of them routes, frames, authenticates or rewrites a method. */
const allowedHeader =
  /^(?:accept|content-type|if-match|if-none-match|idempotency-key|openai-(?:beta|organization|project)|anthropic-(?:version|beta))$/
const headerValue = /^[\x20-\x7e]{0,1024}$/

/** `/v1/*` matches anything deeper than `/v1/`, otherwise exactly. */
function isPathBound(path: string, bound: string): boolean {
  return bound.endsWith('/*') ? path.startsWith(bound.slice(0, -1)) && path.length >= bound.length : path === bound
}

function headerProblem(request: RequestToBind, binding: CredentialBinding): BindingProblem | undefined {
  const names = request.headers.map(([name]) => name.toLowerCase())
  const isAllowed = names.every((name) => allowedHeader.test(name) && name !== binding.header.toLowerCase())
  if (!isAllowed || new Set(names).size !== names.length) return 'header-not-allowed'
  return request.headers.every(([, value]) => headerValue.test(value)) ? undefined : 'header-malformed'
}

function isWellFormed(binding: CredentialBinding): boolean {
  const isFormatPlain = /^[\x20-\x7e]+$/.test(binding.format) && binding.format.split('{}').length === 2
  const isHeaderFree = !/^(?:host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|accept-encoding)$/i.test(
    binding.header,
  )
  return isHostName(binding.host) && isFormatPlain && isHeaderFree
}

/** May this request be sent with the credential of `binding`? Host, port, method, path and headers, all exactly. */
export function checkBinding(request: RequestToBind, binding: CredentialBinding): BindingVerdict {
  if (!isWellFormed(binding)) return { ok: false, problem: 'binding-malformed' }
  const url = parseStrictUrl(request.url)
  if (url === undefined) return { ok: false, problem: 'url-malformed' }
  if (url.host !== binding.host) return { ok: false, problem: 'host-not-bound' }
  if (url.port !== binding.port) return { ok: false, problem: 'port-not-bound' }
  if (!binding.methods.some((method) => method === request.method)) return { ok: false, problem: 'method-not-bound' }
  if (!binding.paths.some((bound) => isPathBound(url.path, bound))) return { ok: false, problem: 'path-not-bound' }
  const problem = headerProblem(request, binding)
  return problem === undefined ? { ok: true, url } : { ok: false, problem }
}
