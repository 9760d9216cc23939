import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import * as z from 'zod'
import { createKubernetesClient, type KubernetesClient } from '../../../local/kubernetes/client.ts'
import { access, type AccessRule } from '../../../operator/api/access.ts'
import { renderChart, type ChartOptions } from '../../support/install-chart.ts'
import { installDefinition } from '../../support/install-definition.ts'
import { openTestCluster, type TestCluster } from '../../support/test-cluster.ts'

const namespace = 'test-chart'
const root = join(import.meta.dirname, '../../..')

let cluster: TestCluster
let admin: KubernetesClient
before(async () => {
  cluster = await openTestCluster()
  admin = createKubernetesClient(cluster.admin)
  await installDefinition(admin)
  await admin.request('POST', '/api/v1/namespaces', { body: { metadata: { name: namespace } } })
})
after(async () => {
  await admin.request('DELETE', `/api/v1/namespaces/${namespace}`)
  admin.close()
  await cluster.stop()
})

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional(), labels: z.record(z.string(), z.string()).optional() }),
  rules: z.array(z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) })).optional(),
})
type ChartManifest = z.infer<typeof manifestSchema>

async function render(options: Partial<ChartOptions> = {}): Promise<readonly ChartManifest[]> {
  const text = await renderChart(cluster, { namespace, ...options })
  return parseAllDocuments(text)
    .map((document): unknown => document.toJS())
    .filter((document) => document !== null)
    .map((document) => manifestSchema.parse(document))
}

const rulesOf = (manifests: readonly ChartManifest[], kind: string, name: string) =>
  manifests.filter((manifest) => manifest.kind === kind && manifest.metadata.name === name).flatMap((manifest) => manifest.rules ?? [])

const inRbac = (rules: readonly AccessRule[]) =>
  rules.map(({ apiGroup, resources, verbs }) => ({ apiGroups: [apiGroup], resources, verbs }))

test('the API server takes every manifest, without an unknown field', async () => {
  for (const values of [
    {},
    {
      'gateway.enabled': true,
      'networkPolicy.metricsFrom': [{ namespaceSelector: {} }],
      watchNamespaces: [namespace],
      'networkPolicy.apiServer': [{ cidr: '192.0.2.1/32', ports: [6443] }],
    },
  ]) {
    for (const manifest of await render({ values })) {
      const query = '?dryRun=All&fieldManager=test-chart&force=true&fieldValidation=Strict'
      await admin.request('PATCH', `${pathOf(manifest)}${query}`, { body: manifest, contentType: 'application/apply-patch+yaml' })
    }
  }
})

function pathOf({ apiVersion, kind, metadata }: ChartManifest): string {
  const plural = kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`
  const scope = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`
  return `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}${scope}/${plural.toLowerCase()}/${metadata.name}`
}

describe('roles', () => {
  test('cluster-wide: what the table says, and nothing else', async () => {
    const manifests = await render()
    const { instances, home, cluster: clusterRules } = access.operator
    const wide = rulesOf(manifests, 'ClusterRole', `${namespace}-molt-moltagent-operator`)
    assert.deepEqual(wide, inRbac([...instances, ...clusterRules]))
    assert.deepEqual(rulesOf(manifests, 'Role', 'molt-moltagent-operator'), inRbac(home))
    assert.deepEqual(rulesOf(manifests, 'ClusterRole', `${namespace}-molt-moltagent-operator-gateway`), inRbac(access.gateway.instances))
    assert.deepEqual(rulesOf(manifests, 'Role', 'molt-moltagent-operator-gateway'), inRbac(access.gateway.home))
  })

  test('namespaced: Roles in the listed namespaces, and cluster-wide only what is in no namespace', async () => {
    const manifests = await render({ values: { watchNamespaces: ['team-a', 'team-b'] } })
    assert.deepEqual(rulesOf(manifests, 'ClusterRole', `${namespace}-molt-moltagent-operator`), inRbac(access.operator.cluster))
    const roles = manifests.filter(({ kind, metadata }) => kind === 'Role' && metadata.name === `${namespace}-molt-moltagent-operator`)
    assert.deepEqual(
      roles.map(({ metadata }) => metadata.namespace),
      ['team-a', 'team-b'],
    )
    for (const role of roles) assert.deepEqual(role.rules, inRbac(access.operator.instances))
  })

  test('no wildcard anywhere', async () => {
    for (const values of [{}, { watchNamespaces: ['team-a'], 'gateway.enabled': true }]) {
      const rules = (await render({ values })).flatMap((manifest) => manifest.rules ?? [])
      assert.ok(rules.length > 10)
      const wild = rules.filter(({ apiGroups, resources, verbs }) =>
        [...apiGroups, ...resources, ...verbs].some((word) => word.includes('*')),
      )
      assert.deepEqual(wild, [])
    }
  })
})

test('two installations for different namespaces share no cluster-wide object', async () => {
  const names = async (home: string): Promise<readonly string[]> =>
    (await render({ namespace: home, values: { watchNamespaces: [`${home}-a`], 'crds.install': false } }))
      .filter(({ metadata }) => metadata.namespace === undefined)
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
  const [first, second] = [await names('one'), await names('two')]
  assert.ok(first.length > 10)
  assert.deepEqual(
    first.filter((name) => second.includes(name)),
    [],
  )
})

test('none of the chart’s own pods carries a label that marks machines', async () => {
  const text = JSON.stringify((await render({ values: { 'gateway.enabled': true } })).filter(({ kind }) => kind === 'Deployment'))
  assert.ok(text.includes('app.kubernetes.io/component'))
  assert.doesNotMatch(text, /"moltagent\.cloud\//)
})

test('pods run as nobody, on a read-only root, without privileges, and are probed', async () => {
  const deployments = (await render({ values: { 'gateway.enabled': true } })).filter(({ kind }) => kind === 'Deployment')
  assert.equal(deployments.length, 2)
  for (const deployment of deployments) {
    const { spec } = podSchema.parse(deployment.spec).template
    assert.deepEqual(
      { ...spec.securityContext, fsGroup: 0 },
      { runAsNonRoot: true, runAsUser: 65_532, runAsGroup: 65_532, fsGroup: 0, seccompProfile: { type: 'RuntimeDefault' } },
    )
    for (const container of spec.containers) {
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        privileged: false,
        capabilities: { drop: ['ALL'] },
      })
      assert.deepEqual([container.livenessProbe.httpGet.path, container.readinessProbe.httpGet.path], ['/healthz', '/readyz'])
    }
  }
})

const probe = z.looseObject({ httpGet: z.object({ path: z.string(), port: z.string() }) })
const podSchema = z.looseObject({
  template: z.looseObject({
    spec: z.looseObject({
      securityContext: z.looseObject({}),
      containers: z.array(z.looseObject({ securityContext: z.looseObject({}), livenessProbe: probe, readinessProbe: probe })),
    }),
  }),
})

describe('wrong values are refused before anything is sent', () => {
  for (const [values, sentence] of [
    [{ 'defaults.images.agent': 'registry.example.org/agent:latest' }, /defaults\/images\/agent|agent.*pattern/],
    [{ 'defaults.models': [{ name: 'a', image: 'b' }] }, /models/],
    [{ replicas: 0 }, /replicas.*(minimum|greater)/i],
    [{ watchNamespace: ['a'] }, /watchNamespace/],
    [{ 'image.digest': 'sha256:abc' }, /digest/],
    [{ logLevel: 'loud' }, /logLevel/],
  ] as const) {
    test(JSON.stringify(values), () => assert.rejects(render({ values }), sentence))
  }
})

test('every example is a resource that the API server takes', async () => {
  for (const name of ['aria', 'minimal']) {
    const document = manifestSchema.parse(parseAllDocuments(await readFile(join(root, `examples/${name}.yaml`), 'utf8'))[0]?.toJS())
    const path = `/apis/moltagent.cloud/v1alpha1/namespaces/${namespace}/moltagents?dryRun=All&fieldValidation=Strict`
    await admin.request('POST', path, { body: document })
  }
})
