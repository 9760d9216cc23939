import * as z from 'zod'
import { kubernetesMeta } from './cel-rule.ts'
import { destinationNetworkField, sourceNetworkField } from './cidr-field.ts'
import { hostField, imageField, secretNameField } from './common-fields.ts'
import { labelSelectorSchema } from './label-selector.ts'
import { resourcesField } from './resources-field.ts'
import { storageField } from './storage-field.ts'

const accessPeer = z
  .object({
    namespaceSelector: labelSelectorSchema('Namespaces whose pods may connect; with podSelector, only those pods in them.').optional(),
    podSelector: labelSelectorSchema(
      'Pods that may connect: of the same namespace, or of those that namespaceSelector selects.',
    ).optional(),
    cidr: sourceNetworkField('A network that may connect.').optional(),
  })
  .meta(
    kubernetesMeta('One group of people or programs.', [
      {
        rule: 'has(self.cidr) != (has(self.namespaceSelector) || has(self.podSelector))',
        message: 'write either `cidr`, or `namespaceSelector` and/or `podSelector`: an entry with neither would open port 443 to everybody',
      },
    ]),
  )

const egressPeer = z
  .object({
    cidr: destinationNetworkField('The servers, as a network.'),
    port: z.int32().min(1).max(65_535).meta(kubernetesMeta('TCP port.')),
  })
  .meta(kubernetesMeta('One server outside.'))

/** `spec.nextcloud`: the machine that people and data are on. */
export const nextcloudSpecSchema = z
  .object({
    image: imageField("The machine's disk image. Default: the operator's configuration.").optional(),
    resources: resourcesField('Size of the machine.', { cpu: 2, memory: '4Gi' }),
    storage: storageField("Nextcloud's data and database. Kept or deleted by `deletionPolicy`.", '50Gi'),
    hostname: hostField('The name people open in a browser.'),
    adminSecretRef: z
      .object({ name: secretNameField('Secret with `username` and `password`.') })
      .meta(kubernetesMeta('The first administrator. Made by the operator as `<name>-admin` when left out.'))
      .optional(),
    tls: z
      .object({
        secretRef: z
          .object({ name: secretNameField('Secret with `tls.crt` and `tls.key`, as cert-manager writes them.') })
          .meta(kubernetesMeta('Where the certificate is.')),
      })
      .meta(kubernetesMeta("Public certificate for `hostname`. Without it the instance's own authority signs one."))
      .optional(),
    access: z
      .array(accessPeer)
      .max(32)
      .default([])
      .meta(kubernetesMeta('Who may open port 443, besides the agent and the operator. Default: nobody.')),
    egress: z
      .array(egressPeer)
      .max(32)
      .default([])
      .meta(kubernetesMeta('Servers that Nextcloud itself may reach: mail, a directory. Default: none. Shown in status.')),
  })
  .meta(kubernetesMeta('The machine that people and data are on.'))
