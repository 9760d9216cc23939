import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { auditPolicy } from './audit-policy.ts'
import type { ClusterContext } from './cluster-context.ts'
import { kubeletClientName } from './join-cluster.ts'
import type { KeyFiles } from './credentials.ts'
import { startProgram, type RunningProgram } from './start-program.ts'

const frontProxyUser = 'front-proxy-client'
/** The first address of the Services' range is the API server's own Service. */
const serviceRange = '10.96.0.0/16'
const serviceAddress = '10.96.0.1'

/** Starts kube-apiserver with RBAC, the node authorizer, ServiceAccount tokens, the aggregation layer's authority and an audit log. */
export async function startApiServer(context: ClusterContext): Promise<RunningProgram> {
  const { address, credentials, files } = context
  const policy = join(files.settings, 'audit-policy.json')
  await writeFile(policy, JSON.stringify(auditPolicy))
  const [serving, etcdClient, proxyClient, kubeletClient] = await Promise.all([
    credentials.cluster.write('api-server', {
      commonName: 'kube-apiserver',
      hosts: [address, '127.0.0.1', serviceAddress, 'localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
    }),
    credentials.etcd.write('api-server-etcd-client', { commonName: 'kube-apiserver' }),
    credentials.frontProxy.write('front-proxy-client', { commonName: frontProxyUser }),
    credentials.cluster.write('kubelet-client', { commonName: kubeletClientName }),
  ])
  return startProgram({
    file: context.binaries['kube-apiserver'],
    parameters: [
      ...connections(context, serving, etcdClient),
      ...accessControl(context, proxyClient),
      `--kubelet-client-certificate=${kubeletClient.certificate}`,
      `--kubelet-client-key=${kubeletClient.key}`,
      `--kubelet-certificate-authority=${credentials.cluster.certificate}`,
      '--kubelet-preferred-address-types=InternalIP',
      `--audit-policy-file=${policy}`,
      `--audit-log-path=${files.auditLog}`,
      '--audit-log-mode=blocking',
    ],
    logFile: join(files.logs, 'kube-apiserver.log'),
    environment: context.environment,
  })
}

function connections({ address, ports, credentials }: ClusterContext, serving: KeyFiles, etcdClient: KeyFiles): string[] {
  return [
    `--etcd-servers=https://${address}:${ports.etcd}`,
    `--etcd-cafile=${credentials.etcd.certificate}`,
    `--etcd-certfile=${etcdClient.certificate}`,
    `--etcd-keyfile=${etcdClient.key}`,
    `--bind-address=${address}`,
    `--advertise-address=${address}`,
    // A loopback address is refused as an endpoint of the Service `kubernetes`: then nobody reconciles it.
    ...(address.startsWith('127.') ? ['--endpoint-reconciler-type=none'] : []),
    `--secure-port=${ports.api}`,
    `--service-cluster-ip-range=${serviceRange}`,
    `--tls-cert-file=${serving.certificate}`,
    `--tls-private-key-file=${serving.key}`,
    '--profiling=false',
  ]
}

function accessControl({ credentials }: ClusterContext, proxyClient: KeyFiles): string[] {
  return [
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
    `--client-ca-file=${credentials.cluster.certificate}`,
    `--requestheader-client-ca-file=${credentials.frontProxy.certificate}`,
    `--requestheader-allowed-names=${frontProxyUser}`,
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${proxyClient.certificate}`,
    `--proxy-client-key-file=${proxyClient.key}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-signing-key-file=${credentials.serviceAccounts.private}`,
    `--service-account-key-file=${credentials.serviceAccounts.public}`,
  ]
}
