import { nextcloudOperations, type NextcloudOperation } from '../../protocol/broker-nextcloud-operations.ts'
import type { NextcloudCall } from '../../protocol/broker-nextcloud.ts'
import type { HeaderField } from '../http/request-head.ts'
import { refuse } from '../refusal.ts'

export interface BuiltRequest {
  readonly method: string
  /** Path and query, percent-encoded: every given part is one segment or one value, whatever it contains. */
  readonly target: string
  readonly fields: readonly HeaderField[]
}

const cannot = (why: string): Error => refuse('call-malformed', `building a call of Nextcloud: ${why}`)

/** A part's place in a template: `{name}`. */
const placePattern = /\{([a-z]+|\*\*)\}/g

function segments(path: NextcloudCall['path'], isFolder: boolean): string {
  const encoded = (path ?? []).map(encodeURIComponent).join('/')
  return isFolder && encoded !== '' ? `${encoded}/` : encoded
}

function fill(template: string, account: string, path: string, parts: Readonly<Record<string, string>>): string {
  return template.replaceAll(placePattern, (_place, name: string) => {
    if (name === '**') return path
    const value = name === 'account' ? account : Object.hasOwn(parts, name) ? parts[name] : undefined
    if (value === undefined) throw cannot(`it lacks the part ${name}`)
    return encodeURIComponent(value)
  })
}

function assertNothingElse(call: NextcloudCall, operation: NextcloudOperation): void {
  const takesPath = operation.template.includes('{**}')
  const isCopy = operation.method === 'COPY' || operation.method === 'MOVE'
  const places = new Set([...operation.template.matchAll(placePattern)].map(([, name]) => name))
  if (call.path !== undefined && !takesPath) throw cannot(`${call.operation} takes no path`)
  if ((call.destination !== undefined) !== isCopy) throw cannot(`${call.operation} ${isCopy ? 'needs a' : 'takes no'} destination`)
  const surplus = Object.keys(call.parts ?? {}).find((name) => name === 'account' || !places.has(name))
  if (surplus !== undefined) throw cannot(`${call.operation} takes no part ${surplus}`)
}

function query(call: NextcloudCall, operation: NextcloudOperation): string {
  const allowed = new Set(['format', ...(operation.query ?? [])])
  const surplus = (call.query ?? []).find(([name]) => !allowed.has(name))
  if (surplus !== undefined) throw cannot(`${call.operation} takes no query parameter of that name`)
  const text = (call.query ?? []).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
  return text === '' ? '' : `?${text}`
}

/**
 * Method, path and headers of a call, built from the closed list. The account is the agent's own and never the caller's choice. Throws `Refusal`
 * `call-malformed`.
 */
export function buildNextcloudRequest(call: NextcloudCall, account: string, origin: string): BuiltRequest {
  const operation: NextcloudOperation = nextcloudOperations[call.operation]
  assertNothingElse(call, operation)
  const parts = call.parts ?? {}
  const path = fill(operation.template, account, segments(call.path, call.isFolder ?? false), parts)
  const own = [{ name: 'OCS-APIRequest', value: 'true' }]
  if (call.destination !== undefined) {
    own.push({ name: 'Destination', value: origin + fill(operation.template, account, segments(call.destination, false), parts) })
  }
  const given = (call.headers ?? []).map(([name, value]) => ({ name, value }))
  if (new Set(given.map(({ name }) => name)).size !== given.length) throw cannot('a header is given twice')
  return { method: operation.method, target: path + query(call, operation), fields: [...own, ...given] }
}
