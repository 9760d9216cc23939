import * as z from 'zod'
import { kubernetesMeta } from './cel-rule.ts'
import { textField } from './text-field.ts'

/** A container image pinned by its content. */
export const imageField = (description: string): z.ZodString =>
  textField({
    description,
    maxLength: 512,
    pattern: /^[a-z0-9]+([._-]+[a-z0-9]+)*(:[0-9]+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9._-]*)?@sha256:[0-9a-f]{64}$/,
    message: 'write the image by digest, such as registry.example.org/team/image@sha256:<64 hexadecimal digits>: a tag can be moved',
  })

/** A fully qualified DNS name: never a wildcard, never an IP literal. */
export const hostField = (description: string): z.ZodString =>
  textField({
    description,
    maxLength: 253,
    pattern: /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z]([-a-z0-9]*[a-z0-9])?$/,
    message: 'write one lower-case DNS name in full, such as api.example.org: no wildcard, no IP address, no scheme, no port',
  })

/** A Nextcloud user id. */
export const userIdField = (description: string): z.ZodString =>
  textField({
    description,
    maxLength: 64,
    pattern: /^[A-Za-z0-9_.@-]([A-Za-z0-9 _.@-]*[A-Za-z0-9_.@-])?$/,
    message: 'write a Nextcloud user id: 1 to 64 letters, digits, spaces inside, or any of _ . @ -',
  })

export const secretNameField = (description: string): z.ZodString =>
  textField({
    description,
    maxLength: 253,
    pattern: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
    message: 'write the name of a Secret in the same namespace: lower-case letters, digits, - and .',
  })

/** A credential's name, its handle everywhere: the agent knows this and never the credential. */
export const credentialNameField = (description: string): z.ZodString =>
  textField({
    description,
    maxLength: 40,
    pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    message: 'write a name of at most 40 lower-case letters, digits and -, starting with a letter, such as openai',
  })

export const modelNameField = (description: string): z.ZodString =>
  textField({
    description,
    maxLength: 128,
    pattern: /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/,
    message: 'write a model name, such as gemma3:270m: letters, digits and any of . _ : / -',
  })

/** Memory or disk in binary units. */
export const quantityField = (description: string, minimum: string, rules: Parameters<typeof textField>[0]['rules'] = []): z.ZodString =>
  textField({
    description,
    maxLength: 16,
    pattern: /^[1-9][0-9]*(Mi|Gi|Ti)$/,
    message: 'write an amount in Mi, Gi or Ti, such as 512Mi or 4Gi',
    rules: [
      {
        rule: `!isQuantity(self) || quantity(self).compareTo(quantity('${minimum}')) >= 0`,
        message: `too small: write at least ${minimum}`,
      },
      ...rules,
    ],
  })

export const readmissionField = (what: string): z.ZodDefault<z.ZodInt32> =>
  z
    .int32()
    .min(0)
    .default(0)
    .meta(
      kubernetesMeta(`Raise it above the value recorded at a revocation to let ${what} back in. It never goes down.`, [
        {
          rule: 'self >= oldSelf',
          message: 'readmission never goes down: write the stored value to keep things as they are, or a higher one to readmit',
        },
      ]),
    )
