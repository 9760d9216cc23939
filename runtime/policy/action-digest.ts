import { createHash } from 'node:crypto'
import type { Action } from '../protocol/action.ts'
import { canonicalJson } from '../protocol/canonical-json.ts'

/** The bytes of an action: what is judged, shown, approved, logged and run. RFC 8785, UTF-8. */
export function actionBytes(action: Action): Buffer {
  const { object, credential, ...always } = action
  const json = { ...always, ...(object === undefined ? {} : { object }), ...(credential === undefined ? {} : { credential }) }
  return Buffer.from(canonicalJson(json), 'utf8')
}

/** SHA-256 of an action's bytes, lower-case hexadecimal. */
export function actionDigest(action: Action): string {
  return createHash('sha256').update(actionBytes(action)).digest('hex')
}
