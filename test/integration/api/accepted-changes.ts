import type { Changes } from './with-changes.ts'

/** What a person may well do to the full resource. */
export const acceptedChanges: Readonly<Record<string, Changes>> = {
  nothing: {},
  'readmission raised, both of them': { 'spec.readmission': 4, 'spec.credentials.0.readmission': 3 },
  'storage grown': { 'spec.nextcloud.storage.size': '1Ti' },
  'the same size in another unit': { 'spec.nextcloud.storage.size': '51200Mi' },
  'ollama empty': { 'spec.ollama': {} },
  'planner local': { 'spec.planner': { provider: 'local', model: 'gemma3:270m' } },
  'planner left out': { 'spec.planner': undefined },
  "the planner's path allowed by a pattern": { 'spec.credentials.0.use.paths': ['/v1/*'] },
  'a planner at the root of its host': {
    'spec.planner.baseURL': 'https://api.openai.com',
    'spec.credentials.0.use.paths': ['/chat/completions'],
  },
  'a planner on another port': { 'spec.planner.baseURL': 'https://api.openai.com:8443/v1', 'spec.credentials.0.use.port': 8443 },
  'an image with port, tag and digest': { 'spec.agent.image': `localhost:5000/a/b_c:v1.2@sha256:${'0'.repeat(64)}` },
  'access for every namespace': { 'spec.nextcloud.access.3': { namespaceSelector: {} } },
  'egress to an in-house network': { 'spec.nextcloud.egress.2': { cidr: '10.0.0.0/8', port: 389 } },
  'the account and credentials from Secrets of other names': { 'spec.credentials.0.secretRef.name': 'other-account' },
}
