import { runCluster } from './run-cluster.ts'
import { runOptionsSchema } from './run-options.ts'

/** Runs a cluster inside namespaces made for it by `up`, which it tells how it goes; ends with it. */
const options = runOptionsSchema.parse(JSON.parse(process.argv[2] ?? ''))
const stop = new AbortController()
const tell = (message: { readonly log?: string; readonly ready?: true; readonly failure?: string }): void => void process.send?.(message)

process.on('disconnect', () => stop.abort())
process.on('message', () => stop.abort())
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())

try {
  await runCluster(options, { log: (line) => tell({ log: line }), signal: stop.signal, onReady: () => tell({ ready: true }) })
} catch (error) {
  if (!stop.signal.aborted) tell({ failure: error instanceof Error ? error.message : String(error) })
  process.exitCode = 1
} finally {
  if (process.connected) process.disconnect()
}
