import * as z from 'zod'
import { kubernetesMeta, setListMeta } from './cel-rule.ts'
import { hostField } from './common-fields.ts'
import { textField } from './text-field.ts'

const path = textField({
  description: 'An absolute path, matched exactly; a final /* matches any deeper path.',
  maxLength: 512,
  pattern: /^\/([A-Za-z0-9._~!$&()+,;=:@-]+\/?)*\*?$/,
  message: 'write an absolute path, such as /v1/chat/completions, or /v1/* for all below: no query, no percent-encoding, * only at the end',
  rules: [
    {
      rule: "!self.contains('//') && !self.matches(r'(^|/)[.]{1,2}(/|$)') && (!self.contains('*') || self.endsWith('/*'))",
      message: 'write the path without empty, . or .. parts, and * only as a whole last part: /v1/*',
    },
  ],
})

const header = textField({
  description: 'The request header that carries the credential.',
  maxLength: 64,
  pattern: /^[A-Za-z0-9-]+$/,
  message: 'write a header name, such as Authorization or X-Api-Key',
  rules: [
    {
      rule: "!(self.lowerAscii() in ['host', 'connection', 'content-length', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'content-type'])",
      message: 'this header steers the connection and cannot carry a credential: write Authorization or another of the API',
    },
  ],
})

const format = textField({
  description: "The header's value, with {} where the credential goes.",
  maxLength: 128,
  pattern: /^[ -z|~]*\{\}[ -z|~]*$/,
  message: 'write the header value with exactly one {} for the credential, such as "Bearer {}"',
})

/** `spec.credentials[].use`: where and how a credential may be used. All else is refused by the broker and by the gateway. */
export const credentialUseSpecSchema = z
  .object({
    host: hostField('The only host that it is sent to.'),
    port: z.int32().min(1).max(65_535).default(443).meta(kubernetesMeta('TLS port.')),
    methods: z
      .array(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']))
      .max(6)
      .meta(setListMeta('HTTP methods.', [{ rule: 'size(self) > 0', message: 'list at least one method, such as methods: [POST]' }])),
    paths: z
      .array(path)
      .max(32)
      .meta(setListMeta('Paths.', [{ rule: 'size(self) > 0', message: 'list at least one path, such as paths: [/v1/chat/completions]' }])),
    header: header.default('Authorization'),
    format: format.default('Bearer {}'),
    maxPerHour: z.int32().min(1).max(100_000).default(600).meta(kubernetesMeta('Calls per hour; more are refused.')),
  })
  .meta(kubernetesMeta('Where and how it may be used. All else is refused.'))
