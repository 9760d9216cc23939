import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { after, before, test } from 'node:test'
import { runCommand } from '../../../local/control-plane/run-command.ts'
import { createKubernetesClient, type KubernetesClient } from '../../../local/kubernetes/client.ts'
import { slowly } from '../../support/slowly.ts'
import { isGone, programsUsing, startBareCluster, startUp } from '../../support/start-up.ts'
import { startTestCluster, type TestCluster } from '../../support/test-cluster.ts'

let cluster: TestCluster
let admin: KubernetesClient
before(async () => {
  cluster = await startTestCluster({ kubevirt: false })
  admin = createKubernetesClient(cluster.admin)
})
after(async () => {
  admin.close()
  await cluster.stop()
})

test('plain kubectl works with the kubeconfig, and server and client are of the pinned version', async () => {
  const output = await runCommand(cluster.kubectl, ['--kubeconfig', cluster.kubeconfigPath, 'version', '--output=json'])
  const { clientVersion, serverVersion } = JSON.parse(output) as Record<string, { gitVersion: string }>
  assert.match(serverVersion?.gitVersion ?? '', /^v1\.34\.\d+$/)
  assert.equal(clientVersion?.gitVersion, serverVersion?.gitVersion)
})

test('somebody without roles is refused, and so is everybody without a certificate', async () => {
  const nobody = createKubernetesClient(await cluster.identify({ name: 'mallory' }))
  await assert.rejects(nobody.request('GET', '/api/v1/namespaces/default/secrets'), /"mallory" cannot list resource "secrets"/)
  nobody.close()
  const { certificate: _certificate, key: _key, ...anonymous } = cluster.admin
  const stranger = createKubernetesClient({ ...anonymous, certificate: '', key: '' })
  await assert.rejects(stranger.request('GET', '/api/v1/namespaces/default/secrets'), /"system:anonymous" cannot list resource "secrets"/)
  stranger.close()
})

test('the audit log has each write in order, never the content of a Secret', async () => {
  const path = '/api/v1/namespaces/default'
  const secret = { metadata: { name: 'canary' }, stringData: { value: 'canary-not-a-real-secret' } }
  await admin.request('POST', `${path}/secrets`, { body: secret })
  await admin.request('POST', `${path}/configmaps`, { body: { metadata: { name: 'canary-map' } } })
  await admin.request('DELETE', `${path}/secrets/canary`)
  const log = readFileSync(cluster.auditLogPath, 'utf8')
  assert.ok(!log.includes('canary-not-a-real-secret'))
  const events = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { verb: string; objectRef: { name?: string; resource: string } })
  const ours = events
    .filter((event) => event.objectRef?.name?.startsWith('canary'))
    .map(({ verb, objectRef }) => `${verb} ${objectRef.resource}`)
  assert.deepEqual(ours, ['create secrets', 'create configmaps', 'delete secrets'])
})

test('garbage collection and ServiceAccount tokens work as in any cluster', async () => {
  const path = '/api/v1/namespaces/default'
  const owner = (await admin.request('POST', `${path}/configmaps`, { body: { metadata: { name: 'owner' } } })) as {
    metadata: { uid: string }
  }
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid }]
  await admin.request('POST', `${path}/configmaps`, { body: { metadata: { name: 'owned', ownerReferences } } })
  await admin.request('DELETE', `${path}/configmaps/owner`)
  await slowly('owned is collected', async () => !(await names(`${path}/configmaps`)).includes('owned'))
  const token = (await admin.request('POST', `${path}/serviceaccounts/default/token`, { body: {} })) as { status: { token: string } }
  const review = await admin.request('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
    body: { spec: { token: token.status.token } },
  })
  assert.equal((review as { status: { user: { username: string } } }).status.user.username, 'system:serviceaccount:default:default')
})

test('when the process that keeps a cluster is killed, its programs end and its temporary folder goes', async () => {
  const up = await startBareCluster()
  const programs = programsUsing(up.folder)
  assert.ok(programs.length >= 3, `etcd, kube-apiserver, kube-controller-manager: ${programs.join(', ')}`)
  await up.end('SIGKILL')
  await slowly('no program is left', () => programsUsing(up.folder).length === 0)
  await slowly('the temporary folder is gone', () => isGone(up.folder))
})

test('Ctrl-C ends local up with code 0 and leaves nothing', async () => {
  const up = await startUp(['--without-operator'])
  assert.equal(await up.end('SIGINT'), 0)
  assert.deepEqual(programsUsing(up.folder), [])
  assert.ok(isGone(up.folder))
})

test('a program of the cluster that ends by itself is told, with the end of its log', async () => {
  const pid = await runCommand('pgrep', [
    '--full',
    `^${dirname(cluster.kubectl)}/kube-controller-manager --kubeconfig=${cluster.stateFolder}/`,
  ])
  process.kill(Number(pid), 'SIGTERM')
  assert.match(await cluster.failed, /^kube-controller-manager ended \(.*\); the end of its log:\n/)
})

async function names(path: string): Promise<string[]> {
  const list = (await admin.request('GET', path)) as { items: { metadata: { name: string } }[] }
  return list.items.map((item) => item.metadata.name)
}
