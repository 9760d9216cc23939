import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as z from 'zod'
import { runCommand } from '../../../local/control-plane/run-command.ts'
import { createKubernetesClient, type KubernetesClient } from '../../../local/kubernetes/client.ts'
import { customResourceDefinition } from '../../../operator/api/custom-resource-definition.ts'
import { parseMoltagent } from '../../../operator/api/parse-moltagent.ts'
import { assertRefused } from '../../support/assert-refused.ts'
import { installDefinition } from '../../support/install-definition.ts'
import { moltagentDocument } from '../../support/moltagent-document.ts'
import { openTestCluster, type TestCluster } from '../../support/test-cluster.ts'
import { acceptedChanges } from './accepted-changes.ts'
import { fullDocument } from './full-document.ts'
import { refusedAtCreation, refusedAtUpdate } from './refused-changes.ts'
import { withChanges, type Changes } from './with-changes.ts'

const namespace = 'test-api-rules'
const collection = `/apis/moltagent.cloud/v1alpha1/namespaces/${namespace}/moltagents`
const name = 'aria'
const full = fullDocument(name, namespace)

let cluster: TestCluster
let admin: KubernetesClient
before(async () => {
  cluster = await openTestCluster()
  admin = createKubernetesClient(cluster.admin)
  await installDefinition(admin)
  await admin.request('POST', '/api/v1/namespaces', { body: { metadata: { name: namespace } } })
  await admin.request('POST', collection, { body: full })
})
after(async () => {
  await admin.request('DELETE', `/api/v1/namespaces/${namespace}`)
  admin.close()
  await cluster.stop()
})

const create = (body: unknown): Promise<unknown> => admin.request('POST', `${collection}?dryRun=All`, { body })

async function update(changes: Changes, order: (list: unknown[]) => unknown[] = (list) => list): Promise<unknown> {
  const stored = z
    .object({ metadata: z.object({ resourceVersion: z.string() }) })
    .parse(await admin.request('GET', `${collection}/${name}`))
  const changed = withChanges(full, { ...changes, 'metadata.resourceVersion': stored.metadata.resourceVersion })
  const spec = z.looseObject({ credentials: z.array(z.unknown()) }).parse(changed.spec)
  const body = { ...changed, spec: { ...spec, credentials: order(spec.credentials) } }
  return admin.request('PUT', `${collection}/${name}?dryRun=All`, { body })
}

const title = (changes: Changes): string =>
  Object.entries(changes)
    .map(([path, value]) => `${path}: ${JSON.stringify(value) ?? 'left out'}`)
    .join(', ')

describe('a new Moltagent is refused with what to write instead', () => {
  for (const { sentence, changes } of refusedAtCreation) {
    for (const change of changes) test(title(change), () => assertRefused(create(withChanges(full, change)), sentence))
  }
})

describe('a change is refused with what to write instead', () => {
  for (const { sentence, changes } of refusedAtUpdate) {
    for (const change of changes) test(title(change), () => assertRefused(update(change), sentence))
  }

  test("a credential's readmission is compared with its own, whatever the order of the list", async () => {
    await update({}, (list) => list.toReversed())
    await assertRefused(
      update({ 'spec.credentials.0.readmission': 1 }, (list) => list.toReversed()),
      'readmission never goes down',
    )
  })
})

describe('what is right is accepted', () => {
  for (const [what, changes] of Object.entries(acceptedChanges)) test(what, async () => void (await update(changes)))

  test('a credential removed', async () => void (await update({}, (list) => list.slice(0, 1))))

  test('the smallest resource, filled in by the server exactly as the operator parses it', async () => {
    await admin.request('POST', collection, { body: moltagentDocument({ name: 'minimal', namespace }) })
    const stored = z.looseObject({ spec: z.unknown() }).parse(await admin.request('GET', `${collection}/minimal`))
    const parsed = parseMoltagent(stored)
    assert.ok(parsed.ok)
    assert.deepEqual(stored.spec, parsed.moltagent.spec)
  })
})

test('every rule of the definition refuses something above, and says so', () => {
  const sentences = [...refusedAtCreation, ...refusedAtUpdate].map(({ sentence }) => sentence)
  const untested = everyRule(customResourceDefinition()).filter(({ message, messageExpression = '' }) => {
    const fixedPart = messageExpression.split("'")[1] ?? ''
    return !sentences.some((sentence) => message.includes(sentence) || (fixedPart !== '' && sentence.startsWith(fixedPart)))
  })
  assert.deepEqual(untested, [])
})

const ruleSchema = z.object({ rule: z.string(), message: z.string(), messageExpression: z.string().optional() })

function everyRule(value: unknown): readonly z.infer<typeof ruleSchema>[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'x-kubernetes-validations' ? z.array(ruleSchema).parse(inner) : everyRule(inner),
  )
}

test('kubectl shows the columns a person looks for, by short name, and `get all` includes the resource', async () => {
  const kubectl = (...parameters: readonly string[]): Promise<string> =>
    runCommand(cluster.kubectl, ['--kubeconfig', cluster.kubeconfigPath, '-n', namespace, ...parameters])
  const [header = '', row = ''] = (await kubectl('get', 'molt', name)).split('\n')
  assert.deepEqual(header.trim().split(/\s+/), ['NAME', 'READY', 'PHASE', 'ISOLATED', 'REVOKED', 'AGE'])
  assert.match(row, /^aria /)
  assert.match(await kubectl('get', 'all'), /moltagent\.moltagent\.cloud\/aria /)
  assert.match(await kubectl('explain', 'moltagent.spec.nextcloud.egress'), /Servers that Nextcloud itself may reach/)
})

test('status is a subresource: a change of the resource does not touch it', async () => {
  const body = { ...full, metadata: { ...full.metadata, name: 'dreamer' }, status: { phase: 'Running' } }
  const stored = z.looseObject({ status: z.unknown().optional() }).parse(await admin.request('POST', collection, { body }))
  assert.equal(stored.status, undefined)
})
