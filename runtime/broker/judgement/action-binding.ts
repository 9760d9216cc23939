import { createHash } from 'node:crypto'
import type { Action, Effect } from '../../protocol/action.ts'
import type { JsonValue } from '../../protocol/json-value.ts'

/**
 * What the broker itself reads off a request that it is about to send. Each of `places` must be the value of a destination or selector of
 * the action, in one of its spellings; `body` must be covered by the action's arguments.
 */
export interface RequestFacts {
  readonly effect: Effect
  readonly places: readonly (readonly string[])[]
  readonly body: Buffer
  readonly credential?: string
  /** ETag on which the request is conditional, if it is. */
  readonly ifMatch?: string
}

export type ActionProblem =
  | 'action-effect-too-mild'
  | 'action-place-differs'
  | 'action-body-differs'
  | 'action-credential-differs'
  | 'action-object-not-bound'

const rank: Readonly<Record<Effect, number>> = { read: 0, write: 1, egress: 2, destructive: 2 }

function isEffectCovered(action: Action, effect: Effect): boolean {
  return rank[effect] === 2 ? action.effect === effect : rank[action.effect] >= rank[effect]
}

function leaves(value: JsonValue): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(leaves)
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves)
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
}

function parsed(body: Buffer): JsonValue | undefined {
  try {
    return JSON.parse(body.toString('utf8')) as JsonValue
  } catch {
    return undefined
  }
}

/** The whole body as one argument, its digest as one, or every text in a JSON body as an argument or part of one. */
function isBodyCovered(action: Action, body: Buffer): boolean {
  if (body.length === 0) return true
  const given = new Set(action.arguments.flatMap(({ value }) => leaves(value)))
  const digest = createHash('sha256').update(body).digest('hex')
  if (given.has(digest) || given.has(body.toString('utf8'))) return true
  const json = parsed(body)
  if (json === undefined || typeof json !== 'object') return false
  return leaves(json).every((text) => text === '' || given.has(text))
}

function arePlacesNamed(action: Action, places: RequestFacts['places']): boolean {
  const named = new Set(
    action.arguments.filter(({ role }) => role === 'destination' || role === 'selector').flatMap(({ value }) => leaves(value)),
  )
  return places.every((spellings) => spellings.some((spelling) => named.has(spelling)))
}

/** Why the action does not describe the request; `undefined` when it does. A person approves the action: it must be what is sent. */
export function actionProblem(action: Action, facts: RequestFacts): ActionProblem | undefined {
  if (!isEffectCovered(action, facts.effect)) return 'action-effect-too-mild'
  if (action.credential !== facts.credential) return 'action-credential-differs'
  if (!arePlacesNamed(action, facts.places)) return 'action-place-differs'
  if (!isBodyCovered(action, facts.body)) return 'action-body-differs'
  const isConditional = action.object === undefined || facts.ifMatch === action.object.etag || facts.credential !== undefined
  return isConditional ? undefined : 'action-object-not-bound'
}
