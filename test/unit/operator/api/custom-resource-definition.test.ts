import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { customResourceDefinition } from '../../../../operator/api/custom-resource-definition.ts'
import { openApiSchema, type OpenApiSchema } from '../../../../operator/api/openapi-schema.ts'

const definition = z
  .object({
    spec: z.object({ versions: z.tuple([z.object({ schema: z.object({ openAPIV3Schema: z.record(z.string(), z.unknown()) }) })]) }),
  })
  .parse(customResourceDefinition())
const root: OpenApiSchema = definition.spec.versions[0].schema.openAPIV3Schema

interface Place {
  readonly path: string
  readonly schema: OpenApiSchema
}

function everySchema(schema: OpenApiSchema, path: string): readonly Place[] {
  return [
    { path, schema },
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) => everySchema(property, `${path}.${name}`)),
    ...(schema.items ? everySchema(schema.items, `${path}[]`) : []),
    ...(schema.additionalProperties ? everySchema(schema.additionalProperties, `${path}{}`) : []),
  ]
}

const places = ['spec', 'status'].flatMap((part) => everySchema(root.properties?.[part] ?? {}, part))

test('the schema has the parts that the design names', () => {
  const paths = new Set(places.map(({ path }) => path))
  const expected = [
    'spec.suspend',
    'spec.deletionPolicy',
    'spec.readmission',
    'spec.nextcloud.access[].namespaceSelector.matchLabels',
    'spec.nextcloud.egress[].cidr',
    'spec.nextcloud.tls.secretRef.name',
    'spec.nextcloud.adminSecretRef.name',
    'spec.nextcloud.storage.storageClassName',
    'spec.agent.account',
    'spec.agent.operators[]',
    'spec.ollama.models[].image',
    'spec.ollama.gpu.deviceName',
    'spec.planner.baseURL',
    'spec.credentials[].secretRef.key',
    'spec.credentials[].passwords.owner',
    'spec.credentials[].readmission',
    'spec.credentials[].use.maxPerHour',
    'spec.policy.destinations[]',
    'status.observedGeneration',
    'status.platform.networkPolicyProven',
    'status.vms.agent.isolation.open[]',
    'status.vms.nextcloud.variant',
    'status.credentials[].upstream',
    'status.revocation.stages[].tookMs',
    'status.agent.auditHead.root',
  ]
  assert.deepEqual(
    expected.filter((path) => !paths.has(path)),
    [],
  )
})

test('every list and every text has an upper bound, so that the cost of each rule is bounded too', () => {
  const unbounded = places.filter(
    ({ schema }) =>
      (schema.type === 'array' && schema.maxItems === undefined) ||
      (schema.type === 'string' && schema.maxLength === undefined && schema.enum === undefined),
  )
  assert.deepEqual(
    unbounded.map(({ path }) => path),
    [],
  )
})

test('every field of spec is described, for kubectl explain', () => {
  const silent = places.filter(({ path, schema }) => path.startsWith('spec') && /\w$/.test(path) && schema.description === undefined)
  const kubernetesOwn = /(namespaceSelector|podSelector)\./
  assert.deepEqual(
    silent.map(({ path }) => path).filter((path) => !kubernetesOwn.test(path)),
    [],
  )
})

test('every rule has a sentence on one line that says more than that it failed', () => {
  const rules = [{ path: 'root', schema: root }, ...places].flatMap(({ path, schema }) =>
    z
      .array(z.object({ rule: z.string(), message: z.string() }))
      .default([])
      .parse(schema['x-kubernetes-validations'])
      .map((rule) => ({ path, ...rule })),
  )
  assert.ok(rules.length > 40, `only ${rules.length} rules`)
  const poor = rules.filter(({ rule, message }) => message.length < 20 || message.includes('\n') || rule.includes('\n'))
  assert.deepEqual(poor, [])
})

test('images and models may be left out: their defaults are the operator’s, not the schema’s', () => {
  for (const path of ['spec.nextcloud.image', 'spec.agent.image', 'spec.ollama.image', 'spec.ollama.models']) {
    const name = path.split('.').at(-1) ?? ''
    const parent = places.find((place) => place.path === path.slice(0, -name.length - 1))
    assert.ok(parent?.schema.properties?.[name], path)
    const required: unknown = parent.schema.required ?? []
    assert.ok(Array.isArray(required) && !required.includes(name), path)
    assert.equal(parent.schema.properties[name].default, undefined, path)
  }
})

for (const [what, schema] of [
  ['a union', z.object({ a: z.union([z.string(), z.int()]) })],
  ['a tuple', z.object({ a: z.tuple([z.string(), z.int()]) })],
  ['a strict object', z.object({ a: z.strictObject({}) })],
  ['a pattern, which cannot carry a sentence', z.object({ a: z.array(z.string().regex(/a/)) })],
  ['a nullable', z.object({ a: z.record(z.string(), z.string().nullable()) })],
] as const) {
  test(`the generator refuses ${what}`, () => {
    assert.throws(() => openApiSchema(schema, 'spec'), /making the CRD's schema: spec\.a\S* uses \w+, which a CRD does not take/)
  })
}
