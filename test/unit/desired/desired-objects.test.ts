import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { moltagentSchema } from '../../../operator/api/moltagent.ts'
import { roles } from '../../../operator/api/roles.ts'
import { annotationKeys } from '../../../operator/desired/annotation-keys.ts'
import { desiredFoundations, type DesiredObjects, desiredObjects } from '../../../operator/desired/desired-objects.ts'
import type { FoundationFacts, MachineFacts } from '../../../operator/desired/facts.ts'
import { resolveImages } from '../../../operator/desired/machine-images.ts'
import { recordedServiceAddresses } from '../../../operator/desired/service-addresses.ts'
import { bootDocumentSchema, type BootDocument } from '../../../runtime/protocol/boot-document.ts'
import { specArbitrary } from '../../support/arbitrary/moltagent-arbitrary.ts'
import { foundationFacts, machineFacts } from '../../support/desired-facts.ts'
import { storedMoltagent } from '../../support/stored-moltagent.ts'

type Spec = NonNullable<Parameters<typeof storedMoltagent>[0]>['spec']

const build = (spec: Spec = {}, facts: Partial<MachineFacts> = {}, foundation: Partial<FoundationFacts> = {}): DesiredObjects =>
  desiredObjects(storedMoltagent({ ...(spec && { spec }) }), { ...foundationFacts, ...foundation }, { ...machineFacts, ...facts })

const everyObject = ({ policies, claims, services, secrets, machines }: DesiredObjects) => [
  ...policies,
  ...claims,
  ...services,
  ...secrets,
  ...machines,
]

const userData = (objects: DesiredObjects): readonly BootDocument[] =>
  objects.secrets
    .flatMap(({ data }) => (data.userdata === undefined ? [] : [data.userdata]))
    .map((text) => bootDocumentSchema.parse(JSON.parse(Buffer.from(text, 'base64').toString('utf8'))))

const revisions = (objects: DesiredObjects) =>
  objects.machines.map((machine) => machine.spec.template.metadata.annotations[annotationKeys.bootRevision])

test('for random Moltagents: guests accept their boot data, nothing is random, everything is labelled, inputs stay as they were', () => {
  fc.assert(
    fc.property(specArbitrary, fc.boolean(), (spec, revoked) => {
      const moltagent = storedMoltagent({ spec })
      const before = structuredClone(moltagent)
      const make = () => desiredObjects(moltagent, { ...foundationFacts, revoked }, machineFacts)
      const objects = make()
      assert.equal(JSON.stringify(make()), JSON.stringify(objects))
      assert.deepEqual(moltagent, before)
      assert.deepEqual(
        userData(objects).map(({ role }) => role),
        revoked ? ['nextcloud', 'ollama'] : roles,
      )
      for (const { metadata } of everyObject(objects)) {
        assert.equal(metadata.labels['moltagent.cloud/uid'], moltagent.metadata.uid)
        assert.equal(metadata.namespace, moltagent.metadata.namespace)
        assert.ok(metadata.name.length <= 63)
      }
    }),
    { numRuns: 100 },
  )
})

test('the longest name and namespace still fit everywhere', () => {
  const document = storedMoltagent({ name: 'a'.repeat(40), namespace: 'n'.repeat(63) })
  const objects = desiredObjects(moltagentSchema.parse(document), foundationFacts, machineFacts)
  assert.ok(everyObject(objects).every(({ metadata }) => metadata.name.length <= 63))
  assert.equal(userData(objects).length, 3)
})

test('a retained claim has no owner, everything else goes with the resource', () => {
  const owners = (spec: Spec) => build(spec).claims.map(({ metadata }) => metadata.ownerReferences?.length ?? 0)
  assert.deepEqual(owners({ deletionPolicy: 'Retain' }), [0, 0])
  assert.deepEqual(owners({ deletionPolicy: 'Delete' }), [1, 0])
  const { claims: _claims, ...others } = build()
  assert.ok(everyObject({ ...others, claims: [] }).every(({ metadata }) => metadata.ownerReferences?.[0]?.controller === true))
})

test('suspended: all three are halted and keep claims, Secrets and policies; revoked: the agent alone, without boot data', () => {
  const strategies = (objects: DesiredObjects) => objects.machines.map(({ spec }) => spec.runStrategy)
  assert.deepEqual(strategies(build()), ['Always', 'Always', 'Always'])
  const suspended = build({ suspend: true })
  assert.deepEqual(strategies(suspended), ['Halted', 'Halted', 'Halted'])
  const { machines: _machines, ...rest } = suspended
  const { machines: _running, ...unsuspended } = build()
  assert.deepEqual(rest, unsuspended)
  const revoked = build({}, {}, { revoked: true })
  assert.deepEqual(strategies(revoked), ['Always', 'Halted', 'Always'])
  assert.ok(!revoked.secrets.some(({ metadata }) => metadata.name === 'aria-agent-boot'))
  assert.equal(revoked.claims.length, 2)
  const { ingress, egress, policyTypes } = revoked.policies[1]?.spec ?? {}
  assert.deepEqual([ingress, egress, policyTypes], [[], [], ['Ingress', 'Egress']])
})

test('without a token there is no boot Secret for the agent, and its machine is as it was', () => {
  const { agentToken: _token, ...facts } = machineFacts
  const objects = desiredObjects(storedMoltagent(), foundationFacts, facts)
  assert.ok(!objects.secrets.some(({ metadata }) => metadata.name === 'aria-agent-boot'))
  assert.deepEqual(objects.machines, build().machines)
})

test('the boot revision changes with what a guest must be restarted for, and with nothing else', () => {
  const before = revisions(build())
  const renewed = { ...machineFacts.leaves.ollama, certificate: '-----BEGIN CERTIFICATE-----\nrenewed\n-----END CERTIFICATE-----\n' }
  const ollamaRenewed = revisions(build({}, { leaves: { ...machineFacts.leaves, ollama: renewed } }))
  assert.deepEqual(
    ollamaRenewed.map((revision, index) => revision === before[index]),
    [true, true, false],
  )
  const moved = revisions(build({}, { gatewayAddresses: ['10.96.2.9'] }))
  assert.deepEqual(
    moved.map((revision, index) => revision === before[index]),
    [true, false, true],
  )
  const unimportant = build(
    {},
    {
      agentToken: 'ANOTHER_token_ANOTHER_token_ANOTHER_token_AN',
      administrator: { username: 'admin', password: 'another-password' },
      neighbours: [],
    },
  )
  assert.deepEqual(revisions(unimportant), before)
})

test('nothing secret is outside a Secret', () => {
  const { secrets: _secrets, ...open } = build()
  const text = JSON.stringify(open)
  for (const canary of ['canary', machineFacts.agentToken ?? '', machineFacts.digestKey, 'PRIVATE KEY'])
    assert.ok(!text.includes(canary), canary)
})

test('a Secret says by a keyed digest whether its content is as wanted, and never what it is', () => {
  const digest = (facts: Partial<MachineFacts>) =>
    build({}, facts).secrets.map(({ metadata }) => metadata.annotations?.[annotationKeys.contentDigest])
  const before = digest({})
  assert.ok(before.every((text) => /^[0-9a-f]{64}$/.test(text ?? '')))
  assert.ok(digest({ digestKey: 'another-key' }).every((text, index) => text !== before[index]))
  const changed = digest({ administrator: { username: 'admin', password: 'another-password' } })
  assert.deepEqual(
    changed.map((text, index) => text === before[index]),
    [false, false, true, true],
  )
})

test('Services ask again for the addresses they had', () => {
  const recorded = { agent: ['10.96.7.7', 'fd00:96::7:7'] }
  const [nextcloud, agent] = desiredFoundations(storedMoltagent(), { ...foundationFacts, recordedAddresses: recorded }).services
  assert.equal(nextcloud?.spec.clusterIP, undefined)
  assert.deepEqual([agent?.spec.clusterIP, agent?.spec.clusterIPs], ['10.96.7.7', recorded.agent])
})

test('the addresses recorded on a machine are read back; a record that is not one is none', () => {
  const [machine] = build().machines
  assert.deepEqual(recordedServiceAddresses(machine?.metadata.annotations), machineFacts.serviceAddresses)
  for (const text of ['', '{}', 'nonsense', '{"nextcloud":["x"],"agent":["10.0.0.1"],"ollama":["10.0.0.1"]}']) {
    assert.equal(recordedServiceAddresses({ [annotationKeys.serviceAddresses]: text }), undefined)
  }
  assert.equal(recordedServiceAddresses(undefined), undefined)
})

test('images: the resource first, then the configuration, else a sentence that says what to write', () => {
  const configuration = { ...foundationFacts.configuration, images: { agent: 'a', ollama: 'o' }, models: [] }
  const missing = resolveImages(storedMoltagent(), configuration)
  assert.ok(!missing.ok)
  assert.equal(missing.reason, 'ImageNotConfigured')
  assert.match(missing.message, /spec\.nextcloud\.image: write it in the resource, by digest, or set a default/)
  const noModels = resolveImages(storedMoltagent(), { ...configuration, images: foundationFacts.configuration.images })
  assert.ok(!noModels.ok && noModels.reason === 'ModelsNotConfigured')
})
