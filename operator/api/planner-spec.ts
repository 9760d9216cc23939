import * as z from 'zod'
import { kubernetesMeta } from './cel-rule.ts'
import { credentialNameField, modelNameField } from './common-fields.ts'
import { textField } from './text-field.ts'

/** `spec.planner`: which model turns a trusted request into a plan. It never reads untrusted text. */
export const plannerSpecSchema = z
  .object({
    provider: z
      .enum(['local', 'openai'])
      .default('local')
      .meta(kubernetesMeta('`local` is the Ollama machine; `openai` any API of that form.')),
    model: modelNameField("The provider's name of the model. With `local`, default: the first of `ollama.models`.").optional(),
    baseURL: textField({
      description: "The API's root, such as https://api.openai.com/v1.",
      maxLength: 512,
      pattern: /^https:\/\/([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z]([-a-z0-9]*[a-z0-9])?(:[0-9]+)?(\/[A-Za-z0-9._~-]+)*$/,
      message: 'write an https URL with a host name, without user, query or final slash, such as https://api.openai.com/v1',
    }).optional(),
    credential: credentialNameField('Which of `credentials` opens it.').optional(),
  })
  .meta(
    kubernetesMeta('Which model turns a trusted request into a plan.', [
      {
        rule: "self.provider != 'openai' || (has(self.model) && has(self.baseURL) && has(self.credential))",
        message: 'provider openai needs model, baseURL and credential; for the model in the cluster write provider: local',
      },
      {
        rule: "self.provider != 'local' || !(has(self.baseURL) || has(self.credential))",
        message: 'provider local takes neither baseURL nor credential: leave them out, or write provider: openai',
      },
    ]),
  )
  // Not `{}`: the API server judges a default by the rules before it fills in the defaults inside.
  .prefault({ provider: 'local' })
