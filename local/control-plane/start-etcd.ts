import { join } from 'node:path'
import type { ClusterContext } from './cluster-context.ts'
import { startProgram, type RunningProgram } from './start-program.ts'

/** Starts etcd for clients with a certificate of its own authority. The API server waits for it by itself. */
export async function startEtcd(context: ClusterContext): Promise<RunningProgram> {
  const { address, ports, credentials, files } = context
  const server = await credentials.etcd.write('etcd', { commonName: 'etcd', hosts: [address, 'localhost'] })
  const [client, peer] = [`https://${address}:${ports.etcd}`, `https://${address}:${ports.etcdPeer}`]
  const parameters = [
    '--name=local',
    `--data-dir=${files.etcd}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=local=${peer}`,
    ...['', 'peer-'].flatMap((kind) => [
      `--${kind}cert-file=${server.certificate}`,
      `--${kind}key-file=${server.key}`,
      `--${kind}trusted-ca-file=${credentials.etcd.certificate}`,
      `--${kind}client-cert-auth=true`,
    ]),
    '--log-level=warn',
    ...(context.durable ? [] : ['--unsafe-no-fsync']),
  ]
  return startProgram({
    file: context.binaries.etcd,
    parameters,
    logFile: join(files.logs, 'etcd.log'),
    environment: context.environment,
  })
}
