import { moltagentDocument, type MoltagentDocument } from '../../support/moltagent-document.ts'

const digest = `sha256:${'a'.repeat(64)}`
export const image = `registry.example.org/team/image@${digest}`

/** Uses everything that a resource may have. */
export const fullDocument = (name: string, namespace: string): MoltagentDocument =>
  moltagentDocument({
    name,
    namespace,
    spec: {
      nextcloud: {
        image,
        hostname: 'cloud.example.org',
        resources: { cpu: 2, memory: '4Gi' },
        storage: { size: '50Gi', storageClassName: 'fast' },
        adminSecretRef: { name: 'first-admin' },
        tls: { secretRef: { name: 'public-tls' } },
        access: [
          {
            namespaceSelector: { matchLabels: { team: 'a' } },
            podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['ingress'] }] },
          },
          { cidr: '0.0.0.0/0' },
          { cidr: '2001:db8::/32' },
        ],
        egress: [
          { cidr: '192.0.2.25/32', port: 587 },
          { cidr: '2001:db8::25/128', port: 636 },
        ],
      },
      agent: { image, account: 'aria', operators: ['alice', 'bob@example.org'] },
      ollama: { image, models: [{ name: 'gemma3:270m', image }], gpu: { deviceName: 'nvidia.com/GA102GL_A10', count: 1 } },
      planner: { provider: 'openai', model: 'planner-1', baseURL: 'https://api.openai.com/v1', credential: 'openai' },
      credentials: [
        {
          name: 'openai',
          secretRef: { name: 'aria-openai', key: 'api-key' },
          readmission: 2,
          use: { host: 'api.openai.com', methods: ['POST'], paths: ['/v1/chat/completions'] },
        },
        {
          name: 'tracker',
          passwords: { id: '0d8d3a2e-8f0b-4a52-9d57-1b1f7d1c2a11', owner: 'alice' },
          use: { host: 'tracker.example.org', port: 8443, methods: ['GET'], paths: ['/', '/api/*'], header: 'X-Api-Key', format: '{}' },
        },
      ],
      policy: { destinations: ['alice', 'deck:Team board'] },
      readmission: 3,
    },
  })
