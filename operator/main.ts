import process from 'node:process'
import { readConfig, type OperatorConfig } from './config.ts'
import { systemClock } from './controller/clock.ts'
import { startHealthServer } from './health-server.ts'
import { createLogger, type Logger } from './log.ts'
import { createMetrics } from './metrics.ts'

async function main(config: OperatorConfig, log: Logger): Promise<number> {
  const stop = new AbortController()
  stopOnSignals(log, stop)
  // Only after a wrong configuration has been told of: the Kubernetes client takes a second to load.
  const [{ OuterOperator }, { connect }, { runOperator }] = await Promise.all([
    import('./cluster/outer-operator.ts'),
    import('./cluster/connection.ts'),
    import('./assembly/run-operator.ts'),
  ])
  const metrics = createMetrics()
  const state = { ready: false, end: 'stopped' }
  const health = await startHealthServer({ ...config.health, isReady: () => state.ready, metrics })
  const start = async (kubeConfig: Parameters<typeof connect>[0]): Promise<void> => {
    const connection = connect(kubeConfig)
    const memoryBytes = (): number => process.memoryUsage.rss()
    const world = { config, connection, clock: systemClock, log, metrics, memoryBytes, onReady: () => (state.ready = true) }
    state.end = await runOperator(world, stop.signal)
    connection.close()
  }
  const operator = new OuterOperator({ start, stop: () => stop.abort() }, log)
  stop.signal.addEventListener('abort', () => operator.stop(), { once: true })
  await operator.start()
  await health.close()
  if (state.end !== 'stopped') log.error({ end: state.end }, 'stopped because the lease was lost: another operator may lead')
  return state.end === 'stopped' ? 0 : 1
}

function stopOnSignals(log: Logger, stop: AbortController): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping')
      stop.abort()
    })
  }
}

try {
  const config = readConfig(process.env)
  const log = createLogger(config.logLevel)
  log.info({ namespace: config.namespace, watchNamespaces: config.watchNamespaces }, 'operator starts')
  process.exitCode = await main(config, log)
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  console.error(`moltagent-operator: ${message}`)
  process.exitCode = 1
} finally {
  // Watches of a server that does not answer any more must not hold the process.
  setTimeout(() => process.exit(), 500).unref()
}
