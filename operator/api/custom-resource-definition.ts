import { moltagentKind } from './moltagent-kind.ts'
import { moltagentSpecSchema } from './moltagent-spec.ts'
import { moltagentStatusSchema } from './moltagent-status.ts'
import { openApiSchema, type OpenApiSchema } from './openapi-schema.ts'
import { resourceRules } from './spec-rules.ts'

const condition = (type: string): string => `.status.conditions[?(@.type=="${type}")].status`

const printerColumns = [
  { name: 'Ready', type: 'string', jsonPath: condition('Ready') },
  { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
  { name: 'Isolated', type: 'string', jsonPath: condition('NetworkIsolated') },
  { name: 'Revoked', type: 'string', jsonPath: condition('Revoked') },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason', priority: 1 },
  { name: 'Account', type: 'string', jsonPath: '.spec.agent.account', priority: 1 },
  { name: 'Host', type: 'string', jsonPath: '.spec.nextcloud.hostname', priority: 1 },
  { name: 'Planner', type: 'string', jsonPath: '.spec.planner.provider', priority: 1 },
  { name: 'Nextcloud', type: 'string', jsonPath: '.status.vms.nextcloud.state', priority: 1 },
  { name: 'Agent', type: 'string', jsonPath: '.status.vms.agent.state', priority: 1 },
  { name: 'Ollama', type: 'string', jsonPath: '.status.vms.ollama.state', priority: 1 },
  { name: 'Approvals', type: 'integer', jsonPath: '.status.agent.approvalsPending', priority: 1 },
]

function rootSchema(): OpenApiSchema {
  return {
    type: 'object',
    description: 'An AI assistant in a Nextcloud: three machines that do not trust each other, and no credential in the agent.',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: openApiSchema(moltagentSpecSchema, 'spec'),
      status: openApiSchema(moltagentStatusSchema, 'status'),
    },
    'x-kubernetes-validations': resourceRules,
  }
}

/** The CustomResourceDefinition, complete, from the zod schemas. */
export function customResourceDefinition(): Readonly<Record<string, unknown>> {
  const { group, version, kind, listKind, plural, singular, shortName, category } = moltagentKind
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, listKind, plural, singular, shortNames: [shortName], categories: [category] },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: printerColumns,
          schema: { openAPIV3Schema: rootSchema() },
        },
      ],
    },
  }
}
