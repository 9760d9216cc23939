import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { kinds } from '../../operator/cluster/kinds.ts'
import type { KubernetesObject } from '../../operator/cluster/kubernetes-object.ts'
import { openBenchScene, writers, type BenchScene } from '../support/bench/bench-scene.ts'
import { inMs, percentile, summary } from '../support/bench/percentile.ts'
import { plainLoop } from '../support/bench/plain-loop.ts'
import { recordingCluster, type RecordedWrite } from '../support/bench/recording-cluster.ts'
import { startOperator } from '../support/operator/running-operator.ts'
import { eventually } from '../support/eventually.ts'

/**
 * How long a Moltagent takes to become all its objects, one at a time and in a burst, against a plain parallel loop that applies the
 * same objects to the same API server; and how soon a changed policy is put right.
 */
const { values } = parseArgs({
  options: {
    alone: { type: 'string', default: '50' },
    burst: { type: 'string', default: '100' },
    drift: { type: 'string', default: '50' },
  },
})
const counts = { alone: Number(values.alone), burst: Number(values.burst), drift: Number(values.drift) }

const scene = await openBenchScene()
try {
  const recording = recordingCluster()
  const operator = await startOperator({ identity: scene.identity, config: scene.config, aroundCluster: recording.around })
  await measureAlone(scene, recording.writes)
  await measureDrift(scene, recording.writes)
  await measureBurst(scene, recording.writes, () => operator.stop())
} finally {
  await scene.close()
}

/** What counts as one resource being made: everything that is written until its first status. */
function made(writes: readonly RecordedWrite[], uid: string): readonly RecordedWrite[] {
  const own = writes.filter(({ object }) => JSON.stringify(object).includes(uid))
  const status = own.findIndex(({ subresource }) => subresource === 'status')
  return status === -1 ? [] : own.slice(0, status + 1)
}

function lastObjectMs(writes: readonly RecordedWrite[]): number {
  return Math.max(...writes.filter(({ object }) => object.kind !== kinds.moltagent.kind).map(({ storedMs }) => storedMs))
}

async function measureAlone({ addNamespace, create }: BenchScene, writes: RecordedWrite[]): Promise<void> {
  await addNamespace('alone')
  const times: number[] = []
  const numbers: number[] = []
  // The first ones pay for code that is compiled and connections that are opened.
  for (let count = -3; count < counts.alone; count += 1) {
    writes.splice(0)
    const startedMs = performance.now()
    const { metadata } = await create('alone', `one-${count + 3}`)
    await eventually('all its objects are stored', () => made(writes, metadata.uid ?? '').length > 0, 60_000, 2)
    const own = made(writes, metadata.uid ?? '')
    if (count >= 0) times.push(lastObjectMs(own) - startedMs)
    if (count >= 0) numbers.push(own.length)
    await sleep(400)
  }
  console.log(`alone: kubectl apply to the last object: ${summary(times)}; writes for each: ${percentile(numbers, 0.5)}`)
}

async function measureDrift({ admin }: BenchScene, writes: RecordedWrite[]): Promise<void> {
  const path = `/apis/networking.k8s.io/v1/namespaces/alone/networkpolicies/one-0-agent`
  const times: number[] = []
  for (let count = 0; count < counts.drift; count += 1) {
    writes.splice(0)
    await admin.request('PATCH', path, { body: { spec: { egress: [{}] } }, contentType: 'application/merge-patch+json' })
    const changedMs = performance.now()
    await eventually('it is put right', () => writes.some(({ object }) => object.kind === 'NetworkPolicy'), 30_000, 1)
    times.push((writes.find(({ object }) => object.kind === 'NetworkPolicy')?.storedMs ?? Number.NaN) - changedMs)
    await sleep(50)
  }
  console.log(`drift: a policy changed to stored as meant: ${summary(times)}`)
}

async function measureBurst(scene: BenchScene, writes: RecordedWrite[], stopOperator: () => Promise<unknown>): Promise<void> {
  await scene.addNamespace('burst')
  await scene.addNamespace('plain')
  writes.splice(0)
  const startedMs = performance.now()
  const created = await Promise.all(Array.from({ length: counts.burst }, (_, index) => scene.create('burst', `many-${index}`)))
  const uids = created.map(({ metadata }) => metadata.uid ?? '')
  await eventually(
    'all are made',
    () =>
      writes.filter(({ subresource }) => subresource === 'status').length >= counts.burst &&
      uids.every((uid) => made(writes, uid).length > 0),
    600_000,
    50,
  )
  const own = uids.flatMap((uid) => made(writes, uid))
  const tookMs = Math.max(...own.map(({ storedMs }) => storedMs)) - startedMs
  await stopOperator()
  const rate = own.length / (tookMs / 1000)
  console.log(
    `burst of ${counts.burst}: last object after ${inMs(tookMs)}: ${(counts.burst / (tookMs / 1000)).toFixed(1)} resources/s, ${rate.toFixed(0)} writes/s with ${writers} writers`,
  )
  await quiet()
  const plainMs = await measurePlain(scene, own, created)
  const plainRate = own.length / (plainMs / 1000)
  console.log(
    `ceiling: the same ${own.length} writes and ${counts.burst} resources in a plain loop: ${inMs(plainMs)}, ${plainRate.toFixed(0)} writes/s`,
  )
  console.log(`ratio: ${((100 * plainMs) / tookMs).toFixed(0)} % of the ceiling`)
}

/** Waits for KubeVirt's controllers to have done with what was made. */
function quiet(): Promise<void> {
  return sleep(10_000)
}

async function measurePlain(scene: BenchScene, writes: readonly RecordedWrite[], created: readonly KubernetesObject[]): Promise<number> {
  const startedMs = performance.now()
  const namesakes = await Promise.all(created.map(({ metadata }) => scene.create('plain', metadata.name)))
  const preparedMs = performance.now() - startedMs
  const uids = new Map(created.map(({ metadata }, index) => [metadata.uid ?? '', namesakes[index]?.metadata.uid ?? '']))
  const moved = writes.map((write) => ({ ...write, object: relocate(write.object, uids) }))
  return preparedMs + (await plainLoop(scene.plain, moved, writers))
}

/** The same object for the namesake in the other namespace. */
function relocate(object: KubernetesObject, uids: ReadonlyMap<string, string>): KubernetesObject {
  let text = JSON.stringify(object).replaceAll('"namespace":"burst"', '"namespace":"plain"')
  for (const [from, to] of uids) if (text.includes(from)) text = text.replaceAll(from, to)
  return JSON.parse(text) as KubernetesObject
}
