import type { Changes } from './with-changes.ts'

export interface Refused {
  /** Part of the refusal: what a person reads. */
  readonly sentence: string
  readonly changes: readonly Changes[]
}

const at = (path: string, ...values: readonly unknown[]): readonly Changes[] => values.map((value) => ({ [path]: value }))

const egress = (...networks: readonly string[]) => at('spec.nextcloud.egress.2', ...networks.map((cidr) => ({ cidr, port: 25 })))
const access = (...peers: readonly unknown[]) => at('spec.nextcloud.access.3', ...peers)
const expression = (requirement: object) => ({ podSelector: { matchExpressions: [{ key: 'a', ...requirement }] } })

const machines: readonly Refused[] = [
  {
    sentence: 'write the image by digest',
    changes: ['spec.nextcloud.image', 'spec.agent.image', 'spec.ollama.image', 'spec.ollama.models.0.image'].flatMap((path) =>
      at(path, 'registry.example.org/a:latest', 'a@sha256:abc', `a b@sha256:${'a'.repeat(64)}`),
    ),
  },
  {
    sentence: 'write an amount in Mi, Gi or Ti',
    changes: [
      ...['nextcloud', 'agent', 'ollama'].flatMap((role) => at(`spec.${role}.resources`, { memory: '4000000000' }, { memory: '-4Gi' })),
      ...at('spec.nextcloud.storage.size', '50GB', '1.5Gi', '0Gi'),
    ],
  },
  { sentence: 'too small: write at least 256Mi', changes: at('spec.agent.resources', { memory: '255Mi' }) },
  { sentence: 'too small: write at least 1Gi', changes: at('spec.agent.storage', { size: '10Mi' }) },
  { sentence: 'write the name of a StorageClass', changes: at('spec.nextcloud.storage.storageClassName', 'very fast', '') },
  { sentence: 'write a model name', changes: at('spec.ollama.models.0.name', 'a b', '-a', '') },
  { sentence: "leave models out for the operator's default", changes: at('spec.ollama.models', []) },
  { sentence: 'write a device resource', changes: at('spec.ollama.gpu.deviceName', 'A10', '/A10') },
]

const nextcloud: readonly Refused[] = [
  {
    sentence: 'write one lower-case DNS name in full',
    changes: at('spec.nextcloud.hostname', 'https://cloud.example.org', '192.0.2.1', '*.example.org', 'cloud'),
  },
  { sentence: 'write the name of a Secret', changes: at('spec.nextcloud.adminSecretRef.name', 'A_b', '') },
  {
    sentence: "adminSecretRef must not be one of the operator's own Secrets",
    changes: at('spec.nextcloud.adminSecretRef.name', 'aria-account', 'aria-agent-boot'),
  },
  {
    sentence: "tls.secretRef must not be one of the operator's own Secrets",
    changes: at('spec.nextcloud.tls.secretRef.name', 'aria-account', 'aria-nextcloud-boot'),
  },
  { sentence: 'an entry with neither would open port 443 to everybody', changes: access({}, { cidr: '10.0.0.0/8', podSelector: {} }) },
  {
    sentence: 'write a network in CIDR form',
    changes: [...access({ cidr: 'example.org' }), ...egress('192.0.2.25', '192.0.2.256/32', '::ffff:10.0.0.1/128', 'mail.example.org')],
  },
  {
    sentence: 'write the network in its shortest form',
    changes: [...access({ cidr: '10.1.2.3/8' }), ...egress('2001:DB8::/32', '192.0.2.25/24')],
  },
  {
    sentence: 'In and NotIn need `values`; Exists and DoesNotExist take none',
    changes: access(
      expression({ operator: 'In' }),
      expression({ operator: 'NotIn', values: [] }),
      expression({ operator: 'Exists', values: ['b'] }),
    ),
  },
  {
    sentence: '0.0.0.0/0, ::/0 and other networks wider than',
    changes: egress('0.0.0.0/0', '::/0', '0.0.0.0/1', '128.0.0.0/1', '64.0.0.0/2', '2000::/3', 'fc00::/7'),
  },
  {
    sentence: 'loopback, link-local and metadata addresses',
    changes: [
      ...egress('169.254.169.254/32', '169.254.0.0/16', '169.0.0.0/8', '127.0.0.1/32', '0.0.0.0/8', '100.100.100.200/32'),
      ...egress('fe80::/64', '::1/128', 'fd00:ec2::254/128', 'fd00:ec2::/32'),
    ],
  },
]

const agentAndPlanner: readonly Refused[] = [
  { sentence: 'name at least one user id whose words the agent may trust', changes: at('spec.agent.operators', []) },
  { sentence: 'write a Nextcloud user id: 1 to 64', changes: at('spec.agent.operators', ['alice/bob'], [' alice'], ['']) },
  { sentence: "operators must not contain the agent's own account", changes: at('spec.agent.operators.2', 'aria') },
  { sentence: 'write a Nextcloud user id: letters', changes: at('spec.agent.account', 'a/b', 'a b', '') },
  {
    sentence: 'provider openai needs model, baseURL and credential',
    changes: ['model', 'baseURL', 'credential'].flatMap((field) => at(`spec.planner.${field}`, undefined)),
  },
  { sentence: 'provider local takes neither baseURL nor credential', changes: at('spec.planner.provider', 'local', undefined) },
  { sentence: 'must be the name of one of ollama.models', changes: at('spec.planner', { provider: 'local', model: 'other' }) },
  {
    sentence: 'write an https URL with a host name',
    changes: at(
      'spec.planner.baseURL',
      'http://api.openai.com/v1',
      'https://a:b@api.openai.com/v1',
      'https://192.0.2.1/v1',
      'https://api.openai.com/v1/',
    ),
  },
  {
    sentence: 'planner.credential names no entry of credentials: add one with name other',
    changes: at('spec.planner.credential', 'other'),
  },
  {
    sentence: "planner.baseURL must have the host of its credential's use",
    changes: at('spec.planner.baseURL', 'https://api.openai.com.evil.example/v1'),
  },
  {
    sentence: "planner.baseURL must have the port of its credential's use",
    changes: [...at('spec.planner.baseURL', 'https://api.openai.com:8443/v1'), ...at('spec.credentials.0.use.port', 8443)],
  },
  { sentence: 'must allow POST: add it to use.methods', changes: at('spec.credentials.0.use.methods', ['GET']) },
  {
    sentence: 'must allow the path of baseURL followed by /chat/completions',
    changes: at('spec.credentials.0.use.paths', ['/v2/*', '/v1'], ['/v1/chat']),
  },
]

const hosts = [
  '*.example.org',
  '192.0.2.1',
  '[2001:db8::1]',
  'localhost',
  'API.example.org',
  'example.org.',
  'example.org:443',
  'a..org',
  '127.1',
  '0x7f.1',
]

const credentials: readonly Refused[] = [
  {
    sentence: 'write a name of at most 40',
    changes: [...at('spec.credentials.1.name', 'Tracker', '1a', ''), ...at('spec.planner.credential', 'Open AI')],
  },
  {
    sentence: 'write exactly one source',
    changes: [...at('spec.credentials.1.passwords', undefined), ...at('spec.credentials.1.secretRef', { name: 'a', key: 'b' })],
  },
  { sentence: 'Duplicate value', changes: [...at('spec.credentials.1.name', 'openai'), ...at('spec.agent.operators.2', 'alice')] },
  {
    sentence: "a credential's secretRef must not be one of the operator's own",
    changes: at('spec.credentials.0.secretRef.name', 'aria-account', 'aria-agent-boot', 'aria-ollama-boot', 'aria-nextcloud-boot'),
  },
  { sentence: "must not be the administrator's Secret", changes: at('spec.credentials.0.secretRef.name', 'aria-admin') },
  { sentence: 'write a key of the Secret', changes: at('spec.credentials.0.secretRef.key', 'a/b', '') },
  { sentence: "write the entry's id from Nextcloud Passwords", changes: at('spec.credentials.1.passwords.id', '42') },
  { sentence: "passwords.owner must be a person, not the agent's own account", changes: at('spec.credentials.1.passwords.owner', 'aria') },
  { sentence: 'write one lower-case DNS name in full', changes: at('spec.credentials.1.use.host', ...hosts) },
  { sentence: 'list at least one method', changes: at('spec.credentials.1.use.methods', []) },
  { sentence: 'supported values: "GET"', changes: at('spec.credentials.1.use.methods', ['TRACE'], ['CONNECT']) },
  { sentence: 'list at least one path', changes: at('spec.credentials.1.use.paths', []) },
  {
    sentence: 'write an absolute path',
    changes: at('spec.credentials.1.use.paths', ...['api', '/api?x=1', '/api#x', '/%2e%2e/admin', '/a b', '*'].map((path) => [path])),
  },
  {
    sentence: 'write the path without empty, . or .. parts',
    changes: at('spec.credentials.1.use.paths', ...['/a/../b', '/..', '/./a', '/api*'].map((path) => [path])),
  },
  { sentence: 'write a header name', changes: at('spec.credentials.1.use.header', 'A\nB', 'A: b', '') },
  {
    sentence: 'this header steers the connection',
    changes: at('spec.credentials.1.use.header', 'Host', 'Transfer-Encoding', 'CONTENT-LENGTH', 'proxy-authorization'),
  },
  {
    sentence: 'write the header value with exactly one {}',
    changes: at('spec.credentials.1.use.format', 'Bearer', '{}{}', 'a\n{}', '{{}}', 'Bearer { }'),
  },
]

/** Bad resources for every rule, each made from the full one by what is changed. */
export const refusedAtCreation: readonly Refused[] = [
  { sentence: 'metadata.name must be at most 40', changes: at('metadata.name', 'a'.repeat(41), '1a', 'a.b', 'a-') },
  ...machines,
  ...nextcloud,
  ...agentAndPlanner,
  ...credentials,
]

/** What a stored resource must not become. `reversed` puts the credentials in another order as well. */
export const refusedAtUpdate: readonly Refused[] = [
  {
    sentence: 'readmission never goes down',
    changes: [...at('spec.readmission', 2, undefined), ...at('spec.credentials.0.readmission', 1, undefined)],
  },
  {
    sentence: 'storage never shrinks: write 50Gi or more',
    changes: at('spec.nextcloud.storage.size', '49Gi', '51199Mi', undefined).slice(0, 2),
  },
  { sentence: 'storage never shrinks: write 5Gi or more', changes: at('spec.agent.storage', { size: '4Gi' }) },
  { sentence: 'account never changes', changes: at('spec.agent.account', 'bella') },
]
