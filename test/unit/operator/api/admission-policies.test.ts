import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as z from 'zod'
import { admissionPolicies } from '../../../../operator/api/admission/admission-policies.ts'

const manifests = admissionPolicies({
  namePrefix: 'molt',
  labels: {},
  operatorUser: 'system:serviceaccount:home:operator',
  gatewayUser: 'system:serviceaccount:home:gateway',
  kubevirtNamespace: 'kubevirt',
})

const policySchema = z.object({
  kind: z.literal('ValidatingAdmissionPolicy'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    failurePolicy: z.string(),
    matchConstraints: z.object({ matchPolicy: z.string(), resourceRules: z.array(z.object({ apiVersions: z.array(z.string()) })).min(1) }),
    validations: z.array(z.object({ expression: z.string(), message: z.string() })).min(1),
  }),
})
const bindingSchema = z.object({
  kind: z.literal('ValidatingAdmissionPolicyBinding'),
  spec: z.object({ policyName: z.string(), validationActions: z.array(z.string()) }),
})

const policies = manifests.flatMap((manifest) => policySchema.safeParse(manifest).data ?? [])
const bindings = manifests.flatMap((manifest) => bindingSchema.safeParse(manifest).data ?? [])

test('every policy is in force, and refuses when it cannot be judged', () => {
  assert.ok(policies.length >= 7)
  assert.equal(policies.length + bindings.length, manifests.length)
  const enforced = bindings.filter(({ spec }) => spec.validationActions.includes('Deny')).map(({ spec }) => spec.policyName)
  assert.deepEqual(
    policies.map(({ metadata }) => metadata.name),
    enforced,
  )
  for (const { spec } of policies) assert.equal(spec.failurePolicy, 'Fail')
})

test('no version of a resource is a way around a policy', () => {
  for (const { spec } of policies) {
    assert.equal(spec.matchConstraints.matchPolicy, 'Equivalent')
    for (const { apiVersions } of spec.matchConstraints.resourceRules) assert.deepEqual(apiVersions, ['*'])
  }
})

test('every refusal is shown by a test on the real API server', () => {
  const folder = join(import.meta.dirname, '../../../integration/api')
  const tests = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  const messages = policies.flatMap(({ spec }) => spec.validations.map(({ message }) => message))
  const isQuoted = (message: string): boolean =>
    Array.from({ length: message.length - windowLength + 1 }, (_, start) => message.slice(start, start + windowLength)).some((part) =>
      tests.some((source) => source.includes(part)),
    )
  assert.deepEqual(
    messages.filter((message) => !isQuoted(message)),
    [],
  )
})

/** So much of a sentence is not in a test by chance. */
const windowLength = 22
