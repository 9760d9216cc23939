import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBenchScene } from '../support/bench/bench-scene.ts'
import { inMs } from '../support/bench/percentile.ts'
import { startOperatorProcess, type OperatorProcess } from '../support/operator/operator-process.ts'
import { waitUntil } from '../support/wait-until.ts'

/**
 * How much memory so many Moltagents take, and how soon an operator that is restarted has looked at all of them: with how many writes.
 * The built program runs as in the chart (`npm run build` first): type stripping alone would take 60 MiB.
 * They are suspended (three VirtualMachines each, halted), in ten namespaces.
 */
const { values } = parseArgs({ options: { resources: { type: 'string', default: '100' } } })
const resources = Number(values.resources)
const program = ['--max-semi-space-size=2', '--optimize-for-size', 'dist/operator/main.js']
const namespaces = Array.from({ length: 10 }, (_, index) => `scale-${index}`)

const number = (metrics: string, pattern: RegExp): number =>
  [...metrics.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1] ?? 0), 0)
const reconciles = (metrics: string): number => number(metrics, /^moltagent_reconcile_duration_seconds_count\{[^}]*\} (\d+)/gm)
const writes = (metrics: string): number => number(metrics, /^moltagent_writes_total\{(?![^}]*Lease)[^}]*\} (\d+)/gm)
const memoryMiB = (metrics: string): number => number(metrics, /^process_resident_memory_bytes (\S+)/gm) / 2 ** 20

const scene = await openBenchScene()
const start = (): Promise<OperatorProcess> =>
  startOperatorProcess({
    identity: scene.identity,
    namespace: scene.home,
    watchNamespaces: [],
    environment: { MOLTAGENT_WRITERS: '12' },
    program,
  })
const stop = async (operator: OperatorProcess): Promise<void> => {
  operator.signal('SIGTERM')
  await operator.ended
}
try {
  for (const namespace of namespaces) await scene.addNamespace(namespace)
  const maker = await start()
  await maker.waitFor('leading')
  console.log(`no resource: ${memoryMiB(await maker.metrics()).toFixed(0)} MiB`)
  const startedMs = performance.now()
  for (let index = 0; index < resources; index += 1) await scene.create(namespaces[index % 10] ?? '', `r-${index}`, true)
  await waitUntil('all are made', async () => writes(await maker.metrics()) >= resources * 19, 3_600_000)
  console.log(`${resources} made in ${inMs(performance.now() - startedMs)}`)
  await untilQuiet(maker)
  console.log(`${resources} resources: ${memoryMiB(await maker.metrics()).toFixed(0)} MiB in the operator that made them`)
  await stop(maker)
  await measureRestart()
} finally {
  await scene.close()
}

/** The reports of halted machines come after: until none has been written for ten seconds. */
async function untilQuiet(operator: OperatorProcess): Promise<void> {
  for (let before = -1; ;) {
    const now = writes(await operator.metrics())
    if (now === before) return
    before = now
    await sleep(10_000)
  }
}

async function measureRestart(): Promise<void> {
  const startedMs = performance.now()
  const operator = await start()
  await operator.waitFor('leading')
  const leadingMs = performance.now() - startedMs
  await waitUntil('all are looked at', async () => reconciles(await operator.metrics()) >= resources, 600_000)
  const settledMs = performance.now() - startedMs
  await sleep(5000)
  const metrics = await operator.metrics()
  console.log(
    `restart: leading after ${inMs(leadingMs)}, settled after ${inMs(settledMs)}, ${writes(metrics)} writes, ${memoryMiB(metrics).toFixed(0)} MiB`,
  )
  for (const line of operator.lines().filter(({ msg }) => msg === 'operator starts' || msg === 'caches are filled' || msg === 'leading'))
    console.log(JSON.stringify(line))
  await stop(operator)
}
