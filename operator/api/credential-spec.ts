import * as z from 'zod'
import { kubernetesMeta } from './cel-rule.ts'
import { credentialNameField, readmissionField, secretNameField, userIdField } from './common-fields.ts'
import { credentialUseSpecSchema } from './credential-use-spec.ts'
import { textField } from './text-field.ts'

const secretRef = z
  .object({
    name: secretNameField('Secret in the same namespace. Deleting it revokes this credential.'),
    key: textField({
      description: "The Secret's key that holds the credential.",
      maxLength: 253,
      pattern: /^[A-Za-z0-9._-]+$/,
      message: 'write a key of the Secret, such as api-key',
    }),
  })
  .meta(kubernetesMeta('A credential kept in a Secret.'))

const passwords = z
  .object({
    id: textField({
      description: "The entry's id.",
      maxLength: 36,
      pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      message: "write the entry's id from Nextcloud Passwords: a lower-case UUID",
    }),
    owner: userIdField('Who owns the entry and shares it with the agent.'),
  })
  .meta(kubernetesMeta('A credential that a person shares with the agent in Nextcloud Passwords: no copy is in the cluster.'))

/** One item of `spec.credentials`. */
export const credentialSpecSchema = z
  .object({
    name: credentialNameField('The handle by which the agent asks for its use.'),
    secretRef: secretRef.optional(),
    passwords: passwords.optional(),
    readmission: readmissionField('this credential'),
    use: credentialUseSpecSchema,
  })
  .meta(
    kubernetesMeta('A credential that the agent may have used for it, and never sees.', [
      {
        rule: 'has(self.secretRef) != has(self.passwords)',
        message: 'write exactly one source: secretRef for a Secret, or passwords for an entry shared in Nextcloud Passwords',
      },
    ]),
  )
