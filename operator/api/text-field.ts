import * as z from 'zod'
import { celPattern, kubernetesMeta, type CelRule } from './cel-rule.ts'

interface TextField {
  readonly description: string
  readonly maxLength: number
  readonly pattern: RegExp
  /** What to write instead, when the pattern does not match. */
  readonly message: string
  readonly rules?: readonly CelRule[]
}

/**
 * A string of a given form. The pattern goes into the CRD as a CEL rule rather than as `pattern`, because only a rule can carry a
 * sentence; zod checks the same pattern when the operator parses what the server returned.
 */
export function textField({ description, maxLength, pattern, message, rules = [] }: TextField): z.ZodString {
  const form: CelRule = { rule: `self.matches(${celPattern(pattern)})`, message }
  return z
    .string()
    .max(maxLength)
    .refine((value) => pattern.test(value), message)
    .meta(kubernetesMeta(description, [form, ...rules]))
}
