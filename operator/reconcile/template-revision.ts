import { contentDigest } from '../cluster/content-digest.ts'
import type { VirtualMachine } from '../desired/virtual-machine-object.ts'

/** On a machine's template, and so on what runs: digest of the template it was started from. */
export const templateRevisionKey = 'moltagent.cloud/template-revision'

/** The machine with its template's digest on the template, so that one sees whether what runs is what is wanted. */
export function withTemplateRevision(machine: VirtualMachine): VirtualMachine {
  const { metadata, spec } = machine.spec.template
  const annotations = { ...metadata.annotations, [templateRevisionKey]: templateRevision(machine) }
  return { ...machine, spec: { ...machine.spec, template: { metadata: { ...metadata, annotations }, spec } } }
}

export function templateRevision(machine: VirtualMachine): string {
  return contentDigest(machine.spec.template)
}
