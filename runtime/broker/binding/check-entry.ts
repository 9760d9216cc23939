import type { CredentialBinding } from '../../protocol/runtime-config.ts'
import { parseStrictUrl } from './strict-url.ts'

export type EntryProblem =
  | 'entry-malformed'
  | 'entry-other'
  | 'entry-not-shared'
  | 'entry-owner-differs'
  | 'entry-receiver-differs'
  | 'entry-trashed'
  | 'entry-encrypted-by-client'
  | 'entry-url-differs'

type JsonObject = Readonly<Record<string, unknown>>

/** Checked by hand: this runs in a worker that is forked for each use, where loading a schema library would cost more than the call. */
const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

function idOf(value: unknown, member: string): unknown {
  const holder = isObject(value) ? value[member] : undefined
  return isObject(holder) ? holder['id'] : undefined
}

function urlAgrees(text: unknown, binding: CredentialBinding): boolean {
  const url = typeof text === 'string' ? parseStrictUrl(text) : undefined
  return url !== undefined && url.host === binding.host && url.port === binding.port
}

function shareProblem(share: unknown, owner: string, account: string): EntryProblem | undefined {
  if (!isObject(share)) return 'entry-not-shared'
  if (idOf(share, 'owner') !== owner) return 'entry-owner-differs'
  return idOf(share, 'receiver') === account ? undefined : 'entry-receiver-differs'
}

/**
 * Why an entry of Nextcloud Passwords may not be used for `binding` by `account`; `undefined` when it may.
 * `entry` is the answer of `password/show` with `model+shares`, its secret masked.
 */
export function entryProblem(entry: unknown, binding: CredentialBinding, account: string): EntryProblem | undefined {
  if (!isObject(entry) || typeof entry['trashed'] !== 'boolean') return 'entry-malformed'
  if (entry['id'] !== binding.entry) return 'entry-other'
  const problem = shareProblem(entry['share'], binding.owner, account)
  if (problem !== undefined) return problem
  if (entry['trashed']) return 'entry-trashed'
  if (entry['cseType'] !== 'none') return 'entry-encrypted-by-client'
  return urlAgrees(entry['url'], binding) ? undefined : 'entry-url-differs'
}
