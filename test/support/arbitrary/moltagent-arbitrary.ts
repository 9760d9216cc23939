import fc from 'fast-check'
import type { MoltagentSpecInput } from '../../../operator/api/moltagent-spec.ts'

type Nextcloud = MoltagentSpecInput['nextcloud']
type AccessPeer = NonNullable<Nextcloud['access']>[number]
type EgressPeer = NonNullable<Nextcloud['egress']>[number]

/** Labels that pods and namespaces of the tests' worlds carry, so that random selectors hit some of them. */
export const labelVocabulary = { app: ['ingress', 'mail', 'web'], team: ['a', 'b'] } as const

const labelKey = fc.constantFrom(...(Object.keys(labelVocabulary) as (keyof typeof labelVocabulary)[]))

const requirement = labelKey.chain((key) => {
  const values = fc.subarray([...labelVocabulary[key]], { minLength: 1 })
  return fc.oneof(
    fc.record({ key: fc.constant(key), operator: fc.constantFrom('In' as const, 'NotIn' as const), values }),
    fc.record({ key: fc.constant(key), operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
  )
})

const matchLabels = labelKey.chain((key) => fc.constantFrom(...labelVocabulary[key]).map((value) => ({ [key]: value })))

/** Any LabelSelector over the vocabulary, `{}` (everything) included. */
const selector = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: matchLabels.map((labels) => ({ matchLabels: labels })) },
  { weight: 2, arbitrary: fc.array(requirement, { minLength: 1, maxLength: 2 }).map((matchExpressions) => ({ matchExpressions })) },
)

/** Networks that hold pods of the tests' worlds, and others. Shortest form, as admission wants it. */
const sourceNetworks = [
  '0.0.0.0/0',
  '10.0.0.0/8',
  '10.1.0.0/16',
  '10.1.2.0/24',
  '192.0.2.0/24',
  '::/0',
  'fd00:1::/32',
  '2001:db8::/32',
] as const
const destinationNetworks = ['10.1.0.0/16', '10.1.2.0/24', '192.0.2.25/32', '192.0.2.0/24', 'fd00:1::/32', '2001:db8::25/128'] as const

const accessPeer: fc.Arbitrary<AccessPeer> = fc.oneof(
  selector.map((podSelector) => ({ podSelector })),
  selector.map((namespaceSelector) => ({ namespaceSelector })),
  fc.record({ podSelector: selector, namespaceSelector: selector }),
  fc.constantFrom(...sourceNetworks).map((cidr) => ({ cidr })),
)

const egressPeer: fc.Arbitrary<EgressPeer> = fc.record({
  cidr: fc.constantFrom(...destinationNetworks),
  // Mail and directories, and on purpose the ports of our own machines.
  port: fc.constantFrom(25, 587, 636, 443, 8443, 11_434),
})

const image = fc.constantFrom('nextcloud', 'agent', 'ollama').map((name) => `registry.example.org/own/${name}@sha256:${'e'.repeat(64)}`)
const memory = fc.constantFrom('512Mi', '1024Mi', '1Gi', '3Gi', '8Gi')
const resources = fc.record({ cpu: fc.integer({ min: 1, max: 16 }), memory }, { requiredKeys: [] })
const storage = fc.record(
  { size: fc.constantFrom('1Gi', '2048Mi', '100Gi', '1Ti'), storageClassName: fc.constant('fast') },
  { requiredKeys: [] },
)
const secretName = fc.constantFrom('own-a', 'own-b')

const nextcloud: fc.Arbitrary<Nextcloud> = fc.record(
  {
    hostname: fc.constantFrom('cloud.example.org', 'files.team.example.com'),
    image,
    resources,
    storage,
    adminSecretRef: secretName.map((name) => ({ name })),
    tls: secretName.map((name) => ({ secretRef: { name } })),
    access: fc.array(accessPeer, { maxLength: 4 }),
    egress: fc.array(egressPeer, { maxLength: 3 }),
  },
  { requiredKeys: ['hostname'] },
)

const agent: fc.Arbitrary<MoltagentSpecInput['agent']> = fc.record(
  { account: fc.constantFrom('aria', 'robo.bot'), operators: fc.constantFrom(['alice'], ['alice', 'bob']), image, resources, storage },
  { requiredKeys: ['account', 'operators'] },
)

const models = fc.integer({ min: 1, max: 4 }).map((count) =>
  Array.from({ length: count }, (_, index) => ({
    name: `model${index}:1b`,
    image: `registry.example.org/models/m${index}@sha256:${'f'.repeat(64)}`,
  })),
)

const ollama: fc.Arbitrary<NonNullable<MoltagentSpecInput['ollama']>> = fc.record(
  {
    image,
    resources,
    models,
    gpu: fc.record({ deviceName: fc.constant('nvidia.com/GA102GL_A10'), count: fc.integer({ min: 1, max: 4 }) }),
  },
  { requiredKeys: [] },
)

const openai = {
  planner: { provider: 'openai', model: 'some-model', baseURL: 'https://api.example.org/v1', credential: 'planner' },
  credentials: [
    {
      name: 'planner',
      secretRef: { name: 'own-key', key: 'api-key' },
      use: { host: 'api.example.org', methods: ['POST'], paths: ['/v1/chat/completions'] },
    },
  ],
} as const

/** A valid `spec`, as a person might write it: what admission accepts, leaning to what could open a door. */
export const specArbitrary: fc.Arbitrary<MoltagentSpecInput> = fc
  .record(
    {
      nextcloud,
      agent,
      ollama,
      suspend: fc.boolean(),
      deletionPolicy: fc.constantFrom('Retain' as const, 'Delete' as const),
      readmission: fc.integer({ min: 0, max: 3 }),
    },
    { requiredKeys: ['nextcloud', 'agent'] },
  )
  .chain((spec) => fc.boolean().map((remote) => (remote ? { ...spec, ...structuredClone(openai) } : spec)))

/** A resource's name: DNS-1035, at most 40 characters. */
export const nameArbitrary: fc.Arbitrary<string> = fc.stringMatching(/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/)
