import { serviceAccount } from '../../../local/control-plane/identify.ts'
import type { Identity } from '../../../local/kubernetes/identity.ts'
import { createKubernetesClient, type KubernetesClient } from '../../../local/kubernetes/client.ts'
import type { MoltagentSpecInput } from '../../../operator/api/moltagent-spec.ts'
import { collectionPath, type Kind, kinds } from '../../../operator/cluster/kinds.ts'
import type { KubernetesObject } from '../../../operator/cluster/kubernetes-object.ts'
import type { OperatorConfig } from '../../../operator/config.ts'
import { applyObject } from '../apply-object.ts'
import { installChart } from '../install-chart.ts'
import { installDefinition } from '../install-definition.ts'
import { moltagentDocument } from '../moltagent-document.ts'
import { openTestCluster, type TestCluster } from '../test-cluster.ts'
import { waitUntil } from '../wait-until.ts'
import { readAuditLog, type AuditEntry } from './audit-log.ts'
import { operatorConfig } from './operator-config.ts'
import { startOperator, type RunningOperator } from './running-operator.ts'

/**
 * Namespaces of a test on the real cluster, with the chart's roles and admission policies over them. The operator in it acts as the
 * chart's ServiceAccount and may do what that may; `carol` is in the break-glass group.
 */
export interface OperatorScene {
  readonly cluster: TestCluster
  readonly home: string
  readonly teams: readonly [string, string]
  readonly admin: KubernetesClient
  readonly carol: KubernetesClient
  readonly operator: { readonly identity: Identity; readonly user: string; readonly config: OperatorConfig }
  readonly start: (options?: Partial<Parameters<typeof startOperator>[0]>) => Promise<RunningOperator>
  readonly create: (name: string, spec?: Partial<MoltagentSpecInput>, team?: string) => Promise<KubernetesObject>
  readonly read: (kind: Kind, name: string, team?: string) => Promise<KubernetesObject | undefined>
  readonly list: (kind: Kind, team?: string, labels?: string) => Promise<readonly KubernetesObject[]>
  /** An object's spec or status; empty where there is none. */
  readonly part: (part: 'spec' | 'status', kind: Kind, name: string) => Promise<Readonly<Record<string, unknown>>>
  readonly condition: (name: string, type: string, team?: string) => Promise<StoredCondition | undefined>
  readonly until: (what: string, check: () => Promise<boolean>) => Promise<void>
  /** A merge patch of an object of the first team. */
  readonly merge: (client: KubernetesClient, kind: Kind, name: string, patch: object) => Promise<void>
  readonly remove: (client: KubernetesClient, kind: Kind, name: string, team?: string) => Promise<void>
  /** What is in the audit log of requests in this test's namespaces, in order of their end. */
  readonly audit: () => Promise<readonly AuditEntry[]>
  readonly operatorWrites: () => Promise<readonly AuditEntry[]>
  readonly close: () => Promise<void>
}

export interface StoredCondition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

const account = 'molt-moltagent-operator'

export async function openOperatorScene(label: string): Promise<OperatorScene> {
  const cluster = await openTestCluster()
  const prefix = `op-${label}-${process.pid}`
  const home = `${prefix}-home`
  const teams = [`${prefix}-a`, `${prefix}-b`] as const
  const [team] = teams
  const admin = createKubernetesClient(cluster.admin)
  const carol = createKubernetesClient(await cluster.identify({ name: 'carol', groups: ['system:masters', 'moltagent:break-glass'] }))
  for (const name of [home, ...teams]) await applyObject(admin, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  await installDefinition(admin)
  await installChart(cluster, { namespace: home, values: { watchNamespaces: teams, 'crds.install': false } })
  const user = serviceAccount(home, account)
  const identity = await cluster.identify(user)
  const config = operatorConfig({ namespace: home, watchNamespaces: teams })

  const read: OperatorScene['read'] = async (kind, name, namespace = team) => {
    try {
      return (await admin.request('GET', `${collectionPath(kind, namespace)}/${name}`)) as KubernetesObject
    } catch (error) {
      if (String(error).includes('not found')) return undefined
      throw error
    }
  }
  const audit = async (): Promise<readonly AuditEntry[]> =>
    (await readAuditLog(cluster.auditLogPath)).filter(
      ({ namespace }) => namespace === home || namespace === teams[0] || namespace === teams[1],
    )
  return {
    cluster,
    home,
    teams,
    admin,
    carol,
    operator: { identity, user: user.name, config },
    start: (options = {}) => startOperator({ identity, config, ...options }),
    create: async (name, spec = {}, namespace = team) =>
      (await applyObject(admin, moltagentDocument({ name, namespace, spec }), { manager: 'alice' })) as KubernetesObject,
    read,
    list: async (kind, namespace = team, labels = '') => {
      const query = labels === '' ? '' : `?labelSelector=${encodeURIComponent(labels)}`
      return ((await admin.request('GET', `${collectionPath(kind, namespace)}${query}`)) as { items: KubernetesObject[] }).items
    },
    part: async (part, kind, name) => ((await read(kind, name))?.[part] ?? {}) as Record<string, unknown>,
    condition: async (name, type, namespace = team) => {
      const status = (await read(kinds.moltagent, name, namespace))?.['status'] as { conditions?: StoredCondition[] } | undefined
      return status?.conditions?.find((condition) => condition.type === type)
    },
    until: waitUntil,
    merge: async (client, kind, name, patch) => {
      await client.request('PATCH', `${collectionPath(kind, team)}/${name}`, {
        body: patch,
        contentType: 'application/merge-patch+json',
      })
    },
    remove: async (client, kind, name, namespace = team) => {
      await client.request('DELETE', `${collectionPath(kind, namespace)}/${name}`)
    },
    audit,
    operatorWrites: async () => (await audit()).filter((entry) => entry.user === user.name && entry.isWrite && entry.resource !== 'leases'),
    close: async () => {
      await removeAdmission(admin, home)
      for (const name of [...teams, home]) await admin.request('DELETE', `/api/v1/namespaces/${name}`)
      admin.close()
      carol.close()
      await cluster.stop()
    },
  }
}

/** Policies of admission belong to no namespace. */
async function removeAdmission(admin: KubernetesClient, home: string): Promise<void> {
  const path = '/apis/admissionregistration.k8s.io/v1'
  for (const kind of ['validatingadmissionpolicybindings', 'validatingadmissionpolicies']) {
    const list = (await admin.request('GET', `${path}/${kind}`)) as { items: { metadata: { name: string } }[] }
    for (const { metadata } of list.items.filter((item) => item.metadata.name.startsWith(`${home}-`))) {
      await admin.request('DELETE', `${path}/${kind}/${metadata.name}`)
    }
  }
}
