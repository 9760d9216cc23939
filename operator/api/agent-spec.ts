import * as z from 'zod'
import { kubernetesMeta, setListMeta } from './cel-rule.ts'
import { imageField, userIdField } from './common-fields.ts'
import { resourcesField } from './resources-field.ts'
import { storageField } from './storage-field.ts'

const account = z
  .string()
  .max(64)
  .refine((value) => /^[A-Za-z0-9_.@-]+$/.test(value))
  .meta(
    kubernetesMeta('The user id that the agent has in Nextcloud. It never changes.', [
      { rule: "self.matches(r'^[A-Za-z0-9_.@-]+$')", message: 'write a Nextcloud user id: letters, digits and any of _ . @ -' },
      {
        rule: 'self == oldSelf',
        message: 'account never changes: files, shares and the audit log belong to it; make another Moltagent for another account',
      },
    ]),
  )

/** `spec.agent`: the machine that plans and acts, and holds no credential. */
export const agentSpecSchema = z
  .object({
    image: imageField("The machine's disk image. Default: the operator's configuration.").optional(),
    resources: resourcesField('Size of the machine.', { cpu: 1, memory: '1Gi' }),
    storage: storageField('Audit log and state of conversations. Always kept, at a revocation and at deletion too.', '5Gi'),
    account,
    operators: z
      .array(userIdField('A Nextcloud user id.'))
      .max(64)
      .meta(
        setListMeta('The people whose own words the agent trusts, by user id.', [
          { rule: 'size(self) > 0', message: 'name at least one user id whose words the agent may trust, such as operators: [alice]' },
        ]),
      ),
  })
  .meta(
    kubernetesMeta('The machine that plans and acts, and holds no credential.', [
      {
        rule: '!(self.account in self.operators)',
        message: "operators must not contain the agent's own account: it would trust its own words; name people",
        fieldPath: '.operators',
      },
    ]),
  )
