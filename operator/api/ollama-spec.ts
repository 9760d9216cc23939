import * as z from 'zod'
import { keyedListMeta, kubernetesMeta } from './cel-rule.ts'
import { imageField, modelNameField } from './common-fields.ts'
import { resourcesField } from './resources-field.ts'
import { textField } from './text-field.ts'

const model = z
  .object({
    name: modelNameField('The name that the planner and the tools use, such as gemma3:270m.'),
    image: imageField('Disk image that holds the model, attached read-only.'),
  })
  .meta(kubernetesMeta('A local model.'))

const gpu = z
  .object({
    deviceName: textField({
      description: 'The resource that the device plugin offers.',
      maxLength: 253,
      pattern: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/,
      message: 'write a device resource, such as nvidia.com/GA102GL_A10',
    }),
    count: z.int32().min(1).max(16).default(1).meta(kubernetesMeta('How many.')),
  })
  .meta(kubernetesMeta('GPUs for the machine.'))

/** `spec.ollama`: the local model's machine, which has no way out. `{}` is enough. */
export const ollamaSpecSchema = z
  .object({
    image: imageField("The machine's disk image. Default: the operator's configuration.").optional(),
    resources: resourcesField('Size of the machine.', { cpu: 4, memory: '8Gi' }),
    models: z
      .array(model)
      .max(16)
      .meta(
        keyedListMeta("Models, each a read-only disk; nothing is pulled at run time. Default: the operator's configuration.", 'name', [
          { rule: 'size(self) > 0', message: "list at least one model, or leave models out for the operator's default" },
        ]),
      )
      .optional(),
    gpu: gpu.optional(),
  })
  .meta(kubernetesMeta("The local model's machine, which has no way out."))
  .prefault({})
