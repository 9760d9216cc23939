import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { KeyedQueue } from '../../../../operator/controller/keyed-queue.ts'
import { work } from '../../../../operator/controller/work.ts'
import { manualClock } from '../../../support/manual-clock.ts'
import { silentLog } from '../../../support/silent-log.ts'

const backOff = { firstMs: 100, maximumMs: 1000, random: () => 0 }

describe('the keyed queue', () => {
  it('keeps a key once, however often it is added', async () => {
    const queue = new KeyedQueue(manualClock(), backOff)
    for (let count = 0; count < 5; count += 1) queue.add('a')
    queue.add('b')
    assert.equal(await queue.take(), 'a')
    assert.equal(await queue.take(), 'b')
    assert.equal(queue.depth, 0)
  })

  it('works on a key again when it was added meanwhile, and never twice at a time', async () => {
    const queue = new KeyedQueue(manualClock(), backOff)
    queue.add('a')
    assert.equal(await queue.take(), 'a')
    queue.add('a')
    assert.equal(queue.depth, 0)
    queue.done('a')
    assert.equal(await queue.take(), 'a')
    queue.done('a')
    assert.equal(queue.depth, 0)
  })

  it('hands a key to a worker that waits already', async () => {
    const queue = new KeyedQueue(manualClock(), backOff)
    const taken = queue.take()
    queue.add('a')
    assert.equal(await taken, 'a')
  })

  it('backs off longer after each failure and forgets at success', async () => {
    const clock = manualClock()
    const queue = new KeyedQueue(clock, backOff)
    assert.deepEqual([queue.failed('a'), queue.failed('a'), queue.failed('a')], [100, 200, 400])
    queue.succeeded('a')
    assert.equal(queue.failed('a'), 100)
    await clock.advance(100)
    assert.equal(await queue.take(), 'a')
  })

  it('takes the earliest of several delays', async () => {
    const clock = manualClock()
    const queue = new KeyedQueue(clock, backOff)
    queue.addAfter('a', 500)
    queue.addAfter('a', 50)
    queue.addAfter('a', 5000)
    await clock.advance(50)
    assert.equal(queue.depth, 1)
  })

  it('takes patient keys last, unless they have become urgent', async () => {
    const queue = new KeyedQueue(manualClock(), backOff)
    for (const key of ['report', 'both']) queue.add(key, 'patient')
    queue.add('new')
    queue.add('both')
    queue.add('new', 'patient')
    assert.deepEqual([await queue.take(), await queue.take(), await queue.take()], ['new', 'both', 'report'])
    assert.equal(queue.depth, 0)
  })

  it('lets waiting workers go when it is closed', async () => {
    const queue = new KeyedQueue(manualClock(), backOff)
    const taken = queue.take()
    queue.close()
    assert.equal(await taken, undefined)
    assert.equal(await queue.take(), undefined)
  })
})

describe('the workers', () => {
  it('retry a key that fails, requeue one that asks for it, and stop with the signal', async () => {
    const clock = manualClock()
    const queue = new KeyedQueue(clock, backOff)
    const stop = new AbortController()
    const seen: string[] = []
    const reconcile = async (key: string): Promise<{ requeueAfterMs: number | undefined }> => {
      seen.push(`${key}@${clock.monotonicMs()}`)
      if (key === 'bad' && seen.length < 3) throw new Error('the first times fail')
      return { requeueAfterMs: key === 'again' ? 1000 : undefined }
    }
    const running = work({ queue, workers: 2, clock, log: silentLog, reconcile }, stop.signal)
    queue.add('bad')
    queue.add('again')
    await clock.advance(1000)
    stop.abort()
    await running
    assert.deepEqual(seen, ['bad@0', 'again@0', 'bad@100', 'again@1000'])
  })

  it('never run one key in two workers at once', async () => {
    const queue = new KeyedQueue(manualClock(), backOff)
    const stop = new AbortController()
    let inside = 0
    let most = 0
    let runs = 0
    const reconcile = async (): Promise<{ requeueAfterMs: undefined }> => {
      inside += 1
      most = Math.max(most, inside)
      queue.add('a')
      await new Promise((resolve) => setImmediate(resolve))
      inside -= 1
      runs += 1
      if (runs === 5) stop.abort()
      return { requeueAfterMs: undefined }
    }
    queue.add('a')
    await work({ queue, workers: 4, clock: manualClock(), log: silentLog, reconcile }, stop.signal)
    assert.equal(most, 1)
  })
})
