import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as z from 'zod'
import { createKubernetesClient, type KubernetesClient } from '../../../local/kubernetes/client.ts'
import { access, type AccessRule } from '../../../operator/api/access.ts'
import { installChart } from '../../support/install-chart.ts'
import { startTestCluster, type TestCluster } from '../../support/test-cluster.ts'

const home = 'moltagent-system'
const watched = 'team-a'
const other = 'team-b'

let cluster: TestCluster
let admin: KubernetesClient
before(async () => {
  cluster = await startTestCluster({ kubevirt: false })
  admin = createKubernetesClient(cluster.admin)
  for (const name of [home, watched, other]) await admin.request('POST', '/api/v1/namespaces', { body: { metadata: { name } } })
  await installChart(cluster, { namespace: home, values: { watchNamespaces: [watched] } })
})
after(async () => {
  admin.close()
  await cluster.stop()
})

interface Question {
  readonly namespace: string | undefined
  readonly group: string
  readonly resource: string
  readonly verb: string
}

/** What RBAC of the real API server says. */
async function isAllowed(account: string, { namespace, group, resource, verb }: Question): Promise<boolean> {
  const [plural, subresource] = resource.split('/')
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:${home}:${account}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${home}`, 'system:authenticated'],
      resourceAttributes: { namespace, group, resource: plural, subresource, verb },
    },
  }
  const answer = await admin.request('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', { body })
  return z.object({ status: z.object({ allowed: z.boolean() }) }).parse(answer).status.allowed
}

const verbs = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'impersonate',
  'escalate',
  'bind',
] as const

/** Everything of the tables, and what must never be in them. */
const resources: readonly (readonly [string, string])[] = [
  ...new Map(
    Object.values(access)
      .flatMap((scopes): readonly AccessRule[] => [...scopes.instances, ...scopes.home, ...scopes.cluster])
      .flatMap(({ apiGroup, resources: names }) => names.map((name) => [`${apiGroup}/${name}`, [apiGroup, name] as const] as const)),
  ).values(),
  ['', 'configmaps'],
  ['', 'pods/exec'],
  ['', 'namespaces'],
  ['', 'nodes'],
  ['', 'serviceaccounts/token'],
  ['apps', 'deployments'],
  ['rbac.authorization.k8s.io', 'roles'],
  ['rbac.authorization.k8s.io', 'clusterrolebindings'],
  ['apiextensions.k8s.io', 'customresourcedefinitions'],
  ['admissionregistration.k8s.io', 'validatingadmissionpolicies'],
  ['subresources.kubevirt.io', 'virtualmachineinstances/console'],
]

const grants = (rules: readonly AccessRule[], { group, resource, verb }: Question): boolean =>
  rules.some((rule) => rule.apiGroup === group && rule.resources.includes(resource) && rule.verbs.some((allowed) => allowed === verb))

describe('RBAC of the API server allows exactly what the table says, in namespaced mode', () => {
  for (const [account, scopes] of [
    ['molt-moltagent-operator', access.operator],
    ['molt-moltagent-operator-gateway', access.gateway],
  ] as const) {
    for (const [namespace, rules] of [
      [watched, [...scopes.instances, ...scopes.cluster]],
      [home, [...scopes.home, ...scopes.cluster]],
      [other, scopes.cluster],
    ] as const) {
      test(`${account} in ${namespace}`, async () => {
        const questions = resources.flatMap(([group, resource]) => verbs.map((verb): Question => ({ namespace, group, resource, verb })))
        const wrong: string[] = []
        for (const question of questions) {
          const wanted = grants(rules, question)
          if ((await isAllowed(account, question)) !== wanted)
            wrong.push(`${question.verb} ${question.group}/${question.resource}: ${wanted ? 'refused' : 'allowed'}`)
        }
        assert.deepEqual(wrong, [])
      })
    }
  }
})

test('the operator’s ServiceAccount is refused in words what the table leaves out', async () => {
  const operator = createKubernetesClient(
    await cluster.identify({ name: `system:serviceaccount:${home}:molt-moltagent-operator`, groups: [`system:serviceaccounts:${home}`] }),
  )
  await operator.request('GET', `/api/v1/namespaces/${watched}/secrets`)
  await assert.rejects(
    operator.request('GET', `/api/v1/namespaces/${other}/secrets`),
    /cannot list resource "secrets" in API group "" in the namespace "team-b"/,
  )
  await assert.rejects(operator.request('GET', '/api/v1/secrets'), /cannot list resource "secrets" in API group "" at the cluster scope/)
  operator.close()
})
