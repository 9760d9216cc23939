import * as z from 'zod'
import { kubernetesMeta } from './cel-rule.ts'
import { instantField, shortText } from './status-fields.ts'

/** One item of `status.credentials`. */
export const credentialStatusSchema = z
  .object({
    name: shortText('Its name in `spec.credentials`.', 40),
    source: z.enum(['Secret', 'Passwords']),
    secretUID: shortText("The Secret's UID.", 64).optional(),
    digest: shortText('Keyed digest of the content: tells whether it is the same, and nothing else.', 128).optional(),
    entry: shortText('Id of the entry in Nextcloud Passwords.', 64).optional(),
    state: z.enum(['Active', 'Revoked']),
    since: instantField('When it entered the state.').optional(),
    upstream: shortText('What is still to do at the provider after a revocation.', 512).optional(),
  })
  .meta(kubernetesMeta('One credential.'))

export type CredentialStatus = Readonly<z.infer<typeof credentialStatusSchema>>
