import { get } from 'node:https'
import { join } from 'node:path'
import { z } from 'zod'
import type { ClusterContext, RunningApi } from './cluster-context.ts'
import { isWebhookConfiguration, readKubevirtManifests, withWebhookUrl, type Manifest } from './kubevirt-manifests.ts'
import { putObject } from './put-object.ts'
import type { KeyFiles } from './credentials.ts'
import { collectionPath } from './resource-path.ts'
import { startProgram, type RunningProgram } from './start-program.ts'
import { waitUntil } from './wait-until.ts'
import { serviceAccount } from './identify.ts'
import { writeKubeconfig } from './write-kubeconfig.ts'

export const kubevirtNamespace = 'kubevirt'

const definitionsSchema = z.object({
  items: z.array(
    z.looseObject({
      spec: z.looseObject({ group: z.string() }),
      status: z.looseObject({ conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).optional() }).optional(),
    }),
  ),
})

/**
 * Installs KubeVirt's definitions and roles, starts virt-api and virt-controller as their own ServiceAccounts, and puts the admission webhooks
 * in place when virt-api answers them. `version` tags the (never pulled) launcher image.
 */
export async function startKubevirt(api: RunningApi, version: string, started: (program: RunningProgram) => void): Promise<void> {
  const { admin, signal } = api
  const put = (manifest: Manifest): Promise<void> => putObject(admin, manifest, signal)
  const manifests = await readKubevirtManifests(api.binaries['kubevirt-manifests'], signal)
  await put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: kubevirtNamespace } })
  await Promise.all(manifests.filter((manifest) => !isWebhookConfiguration(manifest)).map(put))
  // virt-api computes for seconds before it asks for any of this: meanwhile the definitions are established.
  const serving = await api.credentials.cluster.write('virt', { commonName: 'kubevirt', hosts: [api.address, 'localhost'] })
  const virtApi = await startVirtApi(api, serving)
  started(virtApi)
  await waitUntil({ what: "KubeVirt's definitions", check: () => areEstablished(api, manifests), signal })
  await Promise.all([put(authorityConfigMap(api)), putConfiguration(api, version)])
  started(await startVirtController(api, serving, version))
  await waitUntil({ what: "KubeVirt's virt-api", check: () => answersAdmission(api), signal, programs: [virtApi] })
  const url = `https://${api.address}:${api.ports.virtApi}`
  const webhooks = manifests.filter(isWebhookConfiguration)
  await Promise.all(webhooks.map((manifest) => put(withWebhookUrl(manifest, url, api.credentials.cluster.pem))))
}

/** virt-api trusts virt-handler's certificate by it. */
const authorityConfigMap = ({ credentials }: ClusterContext): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kubevirt-ca', namespace: kubevirtNamespace },
  data: { 'ca-bundle': credentials.cluster.pem },
})

const kubevirtResource: Manifest = {
  apiVersion: 'kubevirt.io/v1',
  kind: 'KubeVirt',
  metadata: { name: 'kubevirt', namespace: kubevirtNamespace },
  spec: { configuration: { developerConfiguration: { useEmulation: true } } },
}

/** KubeVirt's programs take a configuration only from a resource that their operator calls deployed. */
async function putConfiguration({ admin, signal }: RunningApi, version: string): Promise<void> {
  await putObject(admin, kubevirtResource, signal)
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const versions = { observedKubeVirtVersion: `v${version}`, targetKubeVirtVersion: `v${version}` }
  await admin.request('PATCH', `${collectionPath(kubevirtResource)}/kubevirt/status`, {
    body: { status: { phase: 'Deployed', defaultArchitecture: architecture, ...versions } },
    contentType: 'application/merge-patch+json',
    signal,
  })
}

async function areEstablished({ admin, signal }: RunningApi, manifests: readonly Manifest[]): Promise<boolean> {
  const wanted = manifests.filter((manifest) => manifest.kind === 'CustomResourceDefinition').length
  const { items } = definitionsSchema.parse(
    await admin.request('GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { signal }),
  )
  const established = items.filter(
    ({ spec, status }) =>
      spec.group.endsWith('kubevirt.io') && status?.conditions?.some((one) => one.type === 'Established' && one.status === 'True'),
  )
  return established.length >= wanted
}

async function startVirtApi(context: ClusterContext, serving: KeyFiles): Promise<RunningProgram> {
  const kubeconfig = await writeKubeconfig(context, 'virt-api', serviceAccount(kubevirtNamespace, 'kubevirt-apiserver'))
  return startProgram({
    file: context.binaries['virt-api'],
    parameters: [
      `--kubeconfig=${kubeconfig}`,
      `--listen=${context.address}`,
      `--port=${context.ports.virtApi}`,
      `--console-server-port=${context.ports.virtApiConsole}`,
      `--tls-cert-file=${serving.certificate}`,
      `--tls-key-file=${serving.key}`,
      `--handler-cert-file=${serving.certificate}`,
      `--handler-key-file=${serving.key}`,
    ],
    logFile: join(context.files.logs, 'virt-api.log'),
    environment: context.environment,
  })
}

async function startVirtController(context: ClusterContext, serving: KeyFiles, version: string): Promise<RunningProgram> {
  const kubeconfig = await writeKubeconfig(context, 'virt-controller', serviceAccount(kubevirtNamespace, 'kubevirt-controller'))
  return startProgram({
    file: context.binaries['virt-controller'],
    parameters: [
      `--kubeconfig=${kubeconfig}`,
      `--listen=${context.address}`,
      `--port=${context.ports.virtController}`,
      `--prom-cert-file=${serving.certificate}`,
      `--prom-key-file=${serving.key}`,
      // On a busy machine a late renewal must not end the program: nobody else wants to lead.
      '--leader-elect-lease-duration=120s',
      '--leader-elect-renew-deadline=90s',
      `--launcher-image=quay.io/kubevirt/virt-launcher:v${version}`,
    ],
    logFile: join(context.files.logs, 'virt-controller.log'),
    environment: context.environment,
  })
}

/** virt-api serves when it completes a TLS handshake and answers HTTP, whatever the status. */
function answersAdmission({ address, ports, credentials, signal }: RunningApi): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const options = { host: address, port: ports.virtApi, path: '/', ca: credentials.cluster.pem, signal }
    get(options, (answer) => {
      answer.resume()
      resolve(true)
    }).on('error', reject)
  })
}
