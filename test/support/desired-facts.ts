import type { FoundationFacts, MachineFacts } from '../../operator/desired/facts.ts'

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`

const pem = (kind: string, what: string): string => `-----BEGIN ${kind}-----\nnot real: ${what}\n-----END ${kind}-----\n`

const leaf = (what: string) => ({ certificate: pem('CERTIFICATE', what), privateKey: pem('PRIVATE KEY', `${what} canary`) })

/** Fixed facts about the surroundings, so that the same objects come out each time. */
export const foundationFacts: FoundationFacts = {
  revoked: false,
  recordedAddresses: {},
  configuration: {
    operatorPods: { namespace: 'moltagent-system', labels: { 'app.kubernetes.io/name': 'moltagent-operator' } },
    gatewayPods: { namespace: 'moltagent-system', labels: { 'app.kubernetes.io/name': 'moltagent-gateway' } },
    images: {
      nextcloud: `registry.example.org/moltagent/nextcloud@${digest('1')}`,
      agent: `registry.example.org/moltagent/agent@${digest('2')}`,
      ollama: `registry.example.org/moltagent/ollama@${digest('3')}`,
    },
    models: [{ name: 'smollm2:135m', image: `registry.example.org/models/smollm2@${digest('4')}` }],
    surroundings: {
      apiServers: [{ host: '10.96.0.1', port: 443 }],
      nodes: ['192.0.2.10'],
      nameServers: ['10.96.0.10'],
    },
  },
}

/** Facts for machines; every secret in them is an obvious fake. */
export const machineFacts: MachineFacts = {
  images: {
    nextcloud: `registry.example.org/moltagent/nextcloud@${digest('1')}`,
    agent: `registry.example.org/moltagent/agent@${digest('2')}`,
    ollama: `registry.example.org/moltagent/ollama@${digest('3')}`,
    models: foundationFacts.configuration.models,
  },
  serviceAddresses: {
    nextcloud: ['10.96.1.1', 'fd00:96::1:1'],
    agent: ['10.96.1.2', 'fd00:96::1:2'],
    ollama: ['10.96.1.3', 'fd00:96::1:3'],
  },
  gatewayAddresses: ['10.96.2.1'],
  authority: pem('CERTIFICATE', 'authority'),
  leaves: { nextcloud: leaf('nextcloud'), ollama: leaf('ollama') },
  administrator: { username: 'admin', password: 'fake-admin-password-canary' },
  operatorKey: 'ssh-ed25519 AAAAFAKE operator',
  agentToken: 'FAKE_token_canary_FAKE_token_canary_FAKE_to',
  digestKey: 'fake-digest-key-canary',
  neighbours: [{ nextcloud: ['10.96.3.1'], agent: ['10.96.3.2'], ollama: ['10.96.3.3'] }],
}
