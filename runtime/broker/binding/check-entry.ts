import * as z from 'zod'
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

/** What is read of `password/show` with `model+shares`, the secret already masked. Unknown members are dropped. */
const entrySchema = z.object({
  id: z.string(),
  url: z.string(),
  trashed: z.boolean(),
  cseType: z.string(),
  share: z.union([z.null(), z.string(), z.object({ owner: z.object({ id: z.string() }), receiver: z.object({ id: z.string() }) })]),
})

function urlAgrees(text: string, binding: CredentialBinding): boolean {
  const url = parseStrictUrl(text)
  return url !== undefined && url.host === binding.host && url.port === binding.port
}

/** Why this entry may not be used for `binding` by `account`; `undefined` when it may. */
export function entryProblem(json: unknown, binding: CredentialBinding, account: string): EntryProblem | undefined {
  const parsed = entrySchema.safeParse(json)
  if (!parsed.success) return 'entry-malformed'
  const { id, url, trashed, cseType, share } = parsed.data
  if (id !== binding.entry) return 'entry-other'
  if (share === null || typeof share === 'string') return 'entry-not-shared'
  if (share.owner.id !== binding.owner) return 'entry-owner-differs'
  if (share.receiver.id !== account) return 'entry-receiver-differs'
  if (trashed) return 'entry-trashed'
  if (cseType !== 'none') return 'entry-encrypted-by-client'
  return urlAgrees(url, binding) ? undefined : 'entry-url-differs'
}
