import assert from 'node:assert/strict'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import * as z from 'zod'
import { runCommand } from '../../../local/control-plane/run-command.ts'
import { createKubernetesClient, type KubernetesClient } from '../../../local/kubernetes/client.ts'
import { createTemporaryFolder } from '../../../local/temporary-folder.ts'
import { labelsFor } from '../../../operator/api/labels.ts'
import { chartFolder } from '../../support/install-chart.ts'
import { moltagentDocument } from '../../support/moltagent-document.ts'
import { startTestCluster, type TestCluster } from '../../support/test-cluster.ts'
import { waitUntil } from '../../support/wait-until.ts'

const home = 'moltagent-system'
const moltagents = '/apis/moltagent.cloud/v1alpha1/namespaces/default/moltagents'
const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/moltagents.moltagent.cloud'

let cluster: TestCluster
let admin: KubernetesClient
let folder: Awaited<ReturnType<typeof createTemporaryFolder>>
// A cluster of its own: Helm owns the definition here.
before(async () => {
  cluster = await startTestCluster({ kubevirt: false })
  admin = createKubernetesClient(cluster.admin)
  folder = await createTemporaryFolder('moltagent-chart-')
})
after(async () => {
  admin.close()
  await folder.remove()
  await cluster.stop()
})

const helm = (...parameters: readonly string[]): Promise<string> =>
  runCommand(cluster.helm, [...parameters, '--kubeconfig', cluster.kubeconfigPath, '--namespace', home])

const columns = async (): Promise<readonly string[]> =>
  z
    .object({ spec: z.object({ versions: z.array(z.object({ additionalPrinterColumns: z.array(z.object({ name: z.string() })) })) }) })
    .parse(await admin.request('GET', definition))
    .spec.versions.flatMap((version) => version.additionalPrinterColumns.map(({ name }) => name))

/** The chart as an earlier version would have been: its definition has no column `Isolated`. */
async function earlierChart(): Promise<string> {
  const path = join(folder.path, 'chart')
  await cp(chartFolder, path, { recursive: true })
  const file = join(path, 'templates/crd.yaml')
  const text = await readFile(file, 'utf8')
  const earlier = text.replace(/ +- name: Isolated\n.*\n.*\n/, '')
  assert.notEqual(earlier, text)
  await writeFile(file, earlier)
  return path
}

test('Helm installs the chart and tells how to go on', async () => {
  const notes = await helm('install', 'molt', await earlierChart(), '--create-namespace')
  assert.match(notes, /kubectl wait --for=condition=Ready moltagent\/NAME/)
  assert.match(notes, /No default image for nextcloud, agent, ollama/)
  assert.ok(!(await columns()).includes('Isolated'))
  await waitUntil('moltagents are served', () =>
    admin.request('POST', moltagents, { body: moltagentDocument({ namespace: 'default' }) }).then(
      () => true,
      () => false,
    ),
  )
})

test('installed for all namespaces, the policies rule in any namespace, over the cluster’s administrator too', async () => {
  const body = { metadata: { name: 'aria-agent-boot', labels: labelsFor({ name: 'aria', uid: '11111111-2222-4333-8444-555555555555' }) } }
  await waitUntil('the policies are in force', () =>
    admin.request('POST', '/api/v1/namespaces/default/secrets?dryRun=All', { body }).then(
      () => false,
      (error: unknown) => String(error).includes('is managed by the Moltagent operator: change the Moltagent aria instead'),
    ),
  )
})

test('an upgrade brings the definition up to date', async () => {
  await helm('upgrade', 'molt', chartFolder)
  assert.ok((await columns()).includes('Isolated'))
})

test('an upgrade that changes nothing rolls no pod', async () => {
  const path = `/apis/apps/v1/namespaces/${home}/deployments/molt-moltagent-operator`
  const before = await metadataOf(path)
  await helm('upgrade', 'molt', chartFolder)
  assert.equal((await metadataOf(path)).generation, before.generation)
})

test('uninstalling leaves the definition, and every Moltagent', async () => {
  const before = await metadataOf(definition)
  await helm('uninstall', 'molt')
  const after = await metadataOf(definition)
  assert.deepEqual([after.uid, after.deletionTimestamp], [before.uid, undefined])
  // After a change of the definition the server answers “storage is (re)initializing” for a moment.
  await waitUntil('the Moltagent is there', () =>
    metadataOf(`${moltagents}/aria`).then(
      ({ deletionTimestamp }) => deletionTimestamp === undefined,
      () => false,
    ),
  )
})

const metadataSchema = z.object({
  metadata: z.object({ uid: z.string(), generation: z.number(), deletionTimestamp: z.string().optional() }),
})

const metadataOf = async (path: string): Promise<z.infer<typeof metadataSchema>['metadata']> =>
  metadataSchema.parse(await admin.request('GET', path)).metadata
