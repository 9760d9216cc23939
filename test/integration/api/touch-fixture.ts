import { createKubernetesClient, type KubernetesClient } from '../../../local/kubernetes/client.ts'
import { labelsFor } from '../../../operator/api/labels.ts'
import type { Role } from '../../../operator/api/roles.ts'
import { installChart } from '../../support/install-chart.ts'
import { installDefinition } from '../../support/install-definition.ts'
import { openTestCluster, type TestCluster } from '../../support/test-cluster.ts'
import { waitUntil } from '../../support/wait-until.ts'

const people = ['admin', 'operator', 'gateway', 'kubevirt', 'breakGlass'] as const
type Person = (typeof people)[number]

/**
 * A cluster with the chart's policies over two namespaces, and clients for those whom the policies tell apart. All of them are in
 * `system:masters`, which RBAC lets do everything: what is refused here, admission refused.
 */
export interface TouchFixture {
  readonly cluster: TestCluster
  /** Where the installation is. */
  readonly home: string
  /** Where its Moltagents are. */
  readonly namespace: string
  readonly as: Readonly<Record<Person, KubernetesClient>>
  close(): Promise<void>
}

const uid = '11111111-2222-4333-8444-555555555555'

/** Labels of an object of the Moltagent `aria`. */
export const ourLabels = (role?: Role): Readonly<Record<string, string>> => labelsFor({ name: 'aria', uid }, role)

export async function openTouchFixture(suffix: string): Promise<TouchFixture> {
  const home = `test-touch-home-${suffix}`
  const namespace = `test-touch-${suffix}`
  const cluster = await openTestCluster()
  const user = async (name: string, ...groups: readonly string[]): Promise<KubernetesClient> =>
    createKubernetesClient(await cluster.identify({ name, groups: ['system:masters', ...groups] }))
  const as: TouchFixture['as'] = {
    admin: createKubernetesClient(cluster.admin),
    operator: await user(`system:serviceaccount:${home}:molt-moltagent-operator`),
    gateway: await user(`system:serviceaccount:${home}:molt-moltagent-operator-gateway`),
    kubevirt: await user('system:serviceaccount:kubevirt:kubevirt-controller'),
    breakGlass: await user('carol', 'moltagent:break-glass'),
  }
  for (const name of [home, namespace]) await as.admin.request('POST', '/api/v1/namespaces', { body: { metadata: { name } } })
  await installDefinition(as.admin)
  await installChart(cluster, { namespace: home, values: { watchNamespaces: [namespace], 'crds.install': false } })
  await waitUntil('the policies are in force', () => isInForce(as.admin, namespace))
  return { cluster, home, namespace, as, close: () => close(cluster, as, home, namespace) }
}

async function isInForce(admin: KubernetesClient, namespace: string): Promise<boolean> {
  const probe = { metadata: { name: 'probe', labels: ourLabels() } }
  const gatewayProbe = `/api/v1/namespaces/${namespace}/pods?dryRun=All`
  const refused = (sent: Promise<unknown>): Promise<boolean> =>
    sent.then(
      () => false,
      (error: unknown) => String(error).includes('ValidatingAdmissionPolicy'),
    )
  const pod = { ...probe, spec: { hostNetwork: true, containers: [{ name: 'a', image: 'a' }] } }
  return (
    (await refused(admin.request('POST', `/api/v1/namespaces/${namespace}/secrets?dryRun=All`, { body: probe }))) &&
    refused(admin.request('POST', gatewayProbe, { body: pod }))
  )
}

async function close(cluster: TestCluster, as: TouchFixture['as'], home: string, namespace: string): Promise<void> {
  const path = '/apis/admissionregistration.k8s.io/v1'
  for (const kind of ['validatingadmissionpolicybindings', 'validatingadmissionpolicies']) {
    const selector = encodeURIComponent('app.kubernetes.io/instance=molt')
    const list = (await as.admin.request('GET', `${path}/${kind}?labelSelector=${selector}`)) as { items: { metadata: { name: string } }[] }
    const ours = list.items.filter(({ metadata }) => metadata.name.startsWith(home))
    for (const { metadata } of ours) await as.admin.request('DELETE', `${path}/${kind}/${metadata.name}`)
  }
  for (const name of [namespace, home]) await as.admin.request('DELETE', `/api/v1/namespaces/${name}`)
  for (const person of people) as[person].close()
  await cluster.stop()
}
