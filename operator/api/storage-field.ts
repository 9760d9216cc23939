import * as z from 'zod'
import { kubernetesMeta } from './cel-rule.ts'
import { quantityField } from './common-fields.ts'
import { textField } from './text-field.ts'

const storageClassName = textField({
  description: "The claim's storage class; the cluster's default where it is left out.",
  maxLength: 253,
  pattern: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
  message: 'write the name of a StorageClass, or leave storageClassName out for the default one',
})

/** A claim of the operator's own. Growing is passed on to the claim; shrinking no claim can do. */
export const storageField = (description: string, defaultSize: string) =>
  z
    .object({
      size: quantityField('Size of the claim. It may grow, never shrink.', '1Gi', [
        {
          rule: '!isQuantity(self) || !isQuantity(oldSelf) || quantity(self).compareTo(quantity(oldSelf)) >= 0',
          message: 'storage never shrinks: keep the size or raise it',
          messageExpression: "'storage never shrinks: write ' + oldSelf + ' or more'",
        },
      ]).default(defaultSize),
      storageClassName: storageClassName.optional(),
    })
    .meta(kubernetesMeta(description))
    .prefault({})
