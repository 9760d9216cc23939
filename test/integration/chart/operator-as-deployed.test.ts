import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import * as z from 'zod'
import { kubeconfig } from '../../../local/control-plane/kubeconfig.ts'
import { createKubernetesClient, type KubernetesClient } from '../../../local/kubernetes/client.ts'
import { createTemporaryFolder } from '../../../local/temporary-folder.ts'
import { installChart, renderChart } from '../../support/install-chart.ts'
import { installDefinition } from '../../support/install-definition.ts'
import { moltagentDocument } from '../../support/moltagent-document.ts'
import { openTestCluster, type TestCluster } from '../../support/test-cluster.ts'
import { waitUntil } from '../../support/wait-until.ts'

const home = 'test-deployed-home'
const namespace = 'test-deployed'
const image = (name: string): string => `registry.example.org/moltagent/${name}@sha256:${'a'.repeat(64)}`
const chart = {
  namespace: home,
  values: {
    watchNamespaces: [namespace],
    'crds.install': false,
    'defaults.images': { nextcloud: image('nextcloud'), agent: image('agent'), ollama: image('ollama') },
    'defaults.models': [{ name: 'gemma3:270m', image: image('gemma') }],
  },
}

let cluster: TestCluster
let admin: KubernetesClient
let folder: Awaited<ReturnType<typeof createTemporaryFolder>>
let operator: ChildProcess
const printed: string[] = []

before(async () => {
  cluster = await openTestCluster()
  admin = createKubernetesClient(cluster.admin)
  folder = await createTemporaryFolder('moltagent-deployed-')
  for (const name of [home, namespace]) await admin.request('POST', '/api/v1/namespaces', { body: { metadata: { name } } })
  await installDefinition(admin)
  await installChart(cluster, chart)
  operator = await startAsDeployed()
})
after(async () => {
  if (operator.exitCode === null) operator.kill('SIGKILL')
  const policies = '/apis/admissionregistration.k8s.io/v1'
  for (const kind of ['validatingadmissionpolicybindings', 'validatingadmissionpolicies']) {
    for (const name of (await names(`${policies}/${kind}`)).filter((one) => one.startsWith(home))) {
      await admin.request('DELETE', `${policies}/${kind}/${name}`)
    }
  }
  for (const name of [namespace, home]) await admin.request('DELETE', `/api/v1/namespaces/${name}`)
  admin.close()
  await folder.remove()
  await cluster.stop()
})

const listSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) })
const names = async (path: string): Promise<readonly string[]> =>
  listSchema.parse(await admin.request('GET', path)).items.map(({ metadata }) => metadata.name)

const variableSchema = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.object({ fieldRef: z.object({ fieldPath: z.enum(['metadata.namespace', 'metadata.name']) }) }).optional(),
})
const deploymentSchema = z.object({
  kind: z.literal('Deployment'),
  spec: z.object({ template: z.object({ spec: z.object({ containers: z.array(z.object({ env: z.array(variableSchema) })) }) }) }),
})

/** The environment that the chart gives the container, as a kubelet would fill it in. */
async function environmentOfDeployment(): Promise<Readonly<Record<string, string>>> {
  const documents = parseAllDocuments(await renderChart(cluster, chart)).map((document): unknown => document.toJS())
  const deployment = documents.map((document) => deploymentSchema.safeParse(document)).find(({ success }) => success)?.data
  const fields = { 'metadata.namespace': home, 'metadata.name': 'molt-moltagent-operator-0' }
  const variables = deployment?.spec.template.spec.containers[0]?.env ?? []
  return Object.fromEntries(
    variables.map(({ name, value, valueFrom }) => [name, valueFrom ? fields[valueFrom.fieldRef.fieldPath] : (value ?? '')]),
  )
}

/** The real operator with the chart's environment, as the chart's ServiceAccount: RBAC and admission are in force. */
async function startAsDeployed(): Promise<ChildProcess> {
  const file = join(folder.path, 'kubeconfig')
  const user = {
    name: `system:serviceaccount:${home}:molt-moltagent-operator`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${home}`],
  }
  await writeFile(file, kubeconfig(await cluster.identify(user)), { mode: 0o600 })
  const environment = {
    ...(await environmentOfDeployment()),
    PATH: process.env['PATH'] ?? '',
    KUBECONFIG: file,
    MOLTAGENT_HEALTH_PORT: '0',
  }
  const child = spawn(process.execPath, ['operator/main.ts'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  return child
}

const moltagents = `/apis/moltagent.cloud/v1alpha1/namespaces/${namespace}/moltagents`

test('with the chart’s roles and policies the operator makes three machines, and takes them away again', async () => {
  await admin.request('POST', moltagents, { body: moltagentDocument({ namespace }) })
  const machines = `/apis/kubevirt.io/v1/namespaces/${namespace}/virtualmachines`
  await waitUntil('there are three machines', async () => (await names(machines)).length === 3).catch((error: unknown) => {
    throw new Error(`the operator printed: ${printed.join('')}`, { cause: error })
  })
  assert.deepEqual(await names(machines), ['aria-agent', 'aria-nextcloud', 'aria-ollama'])
  await admin.request('DELETE', `${moltagents}/aria`)
  await waitUntil('the Moltagent is gone', async () => (await names(moltagents)).length === 0).catch((error: unknown) => {
    throw new Error(`the operator printed: ${printed.join('')}`, { cause: error })
  })
  assert.deepEqual(await names(machines), [])
})

test('nothing that it asked for was refused', () => {
  assert.doesNotMatch(printed.join(''), /forbidden|denied|cannot (get|list|watch|create|update|patch|delete) resource/)
})

test('it ends in order', async () => {
  operator.kill('SIGTERM')
  const [code] = operator.exitCode === null ? await once(operator, 'exit') : [operator.exitCode]
  assert.equal(code, 0)
})
