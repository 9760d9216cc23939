import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { sharedClusterVariable, startTestCluster } from './test-cluster.ts'

/** Runs a command with a cluster that all its tests share: `node test/support/with-cluster-main.ts node --test …`. */
const [command, ...parameters] = process.argv.slice(2)
if (command === undefined) throw new Error('usage: with-cluster-main.ts COMMAND [ARGUMENT ...]')

const cluster = await startTestCluster({ kubevirt: true, node: true })
try {
  const environment = { ...process.env, [sharedClusterVariable]: cluster.stateFolder }
  const child = spawn(command, parameters, { stdio: 'inherit', env: environment })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  const [code] = (await once(child, 'exit')) as [number | null]
  process.exitCode = code ?? 1
} finally {
  await cluster.stop()
}
