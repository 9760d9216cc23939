import { nextcloudOperations } from '../../protocol/broker-nextcloud-operations.ts'
import type { NextcloudCall } from '../../protocol/broker-nextcloud.ts'
import type { Effect } from '../../protocol/action.ts'
import type { RequestFacts } from '../judgement/action-binding.ts'
import { refuse } from '../refusal.ts'

/** Guests' addresses in a calendar object: whom Nextcloud would write to. Folded lines are joined first (RFC 5545, 3.1). */
function attendees(body: Buffer): readonly string[] {
  const text = body.toString('utf8').replaceAll(/\r?\n[ \t]/g, '')
  return [...text.matchAll(/^ATTENDEE[^:\r\n]*?:(?:mailto:)?(.*)$/gim)].map(([, address = '']) => address.trim())
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

function jsonOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    if (isRecord(value)) return value
  } catch {
    // What is not JSON is refused below.
  }
  throw refuse('call-malformed', 'judging a share: its body must be a JSON object')
}

/** Share types of Nextcloud that name nobody: 3 is a public link. */
function shareReceiver(share: Readonly<Record<string, unknown>>): string {
  if (share['shareType'] === 3) return 'public-link'
  return typeof share['shareWith'] === 'string' ? share['shareWith'] : ''
}

const spellings = (path: readonly string[]): readonly string[] => [path.join('/'), `/${path.join('/')}`]

function bodyPlaces(call: NextcloudCall, body: Buffer): readonly (readonly string[])[] {
  if (call.operation === 'shares.create') {
    const share = jsonOf(body)
    const path = typeof share['path'] === 'string' ? share['path'].replace(/^\//, '') : ''
    return [[shareReceiver(share)], [path, `/${path}`]]
  }
  if (call.operation === 'calendar.put') return attendees(body).map((address) => [address, `mailto:${address}`])
  return []
}

const header = (call: NextcloudCall, name: string): string | undefined => call.headers?.find(([given]) => given === name)?.[1]

/** What the request does at least: more than its operation where it invites or may overwrite. */
function effectOf(call: NextcloudCall, body: Buffer): Effect {
  if (call.operation === 'calendar.put' && attendees(body).length > 0) return 'egress'
  const mayOverwrite = (call.operation === 'files.move' || call.operation === 'files.copy') && header(call, 'overwrite') !== 'F'
  return mayOverwrite ? 'destructive' : nextcloudOperations[call.operation].effect
}

/** What the broker reads off a call, to compare with the action that claims to be it. */
export function callFacts(call: NextcloudCall, body: Buffer): RequestFacts {
  const ifMatch = header(call, 'if-match')
  const isDav = call.path !== undefined && call.path.length > 0
  return {
    effect: effectOf(call, body),
    places: [
      ...(isDav ? [spellings(call.path ?? [])] : []),
      ...(call.destination === undefined ? [] : [spellings(call.destination)]),
      ...Object.entries(call.parts ?? {}).map(([name, value]) => [value, `${name}:${value}`]),
      ...bodyPlaces(call, body),
    ],
    body,
    ...(ifMatch === undefined ? {} : { ifMatch }),
  }
}
