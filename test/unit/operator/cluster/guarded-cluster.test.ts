import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { guardedCluster, NotLeading } from '../../../../operator/cluster/guarded-cluster.ts'
import { kinds } from '../../../../operator/cluster/kinds.ts'
import { Limiter } from '../../../../operator/controller/limiter.ts'
import { fakeApi } from '../../../support/operator/fake-api.ts'

const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'team-a' } })

describe('the guard of writes', () => {
  it('lets nothing through once we may not write, not even what has waited for its turn', async () => {
    const api = fakeApi()
    const open = Promise.withResolvers<void>()
    let leading = true
    const slow = {
      ...api.cluster,
      apply: async (...call: Parameters<typeof api.cluster.apply>) => open.promise.then(() => api.cluster.apply(...call)),
    }
    const cluster = guardedCluster(slow, { limiter: new Limiter(1), mayWrite: () => leading, onWrite: () => {} })
    const first = cluster.apply(secret('a'), { manager: 'm' })
    const second = cluster.apply(secret('b'), { manager: 'm' })
    leading = false
    open.resolve()
    await first
    await assert.rejects(second, NotLeading)
    await assert.rejects(cluster.create(secret('c')), NotLeading)
    await assert.rejects(cluster.replace(secret('c')), NotLeading)
    await assert.rejects(cluster.remove(kinds.secret, 'team-a', 'a', { uid: 'u' }), NotLeading)
    assert.deepEqual(
      api.writes.map(({ name }) => name),
      ['a'],
    )
    assert.ok(await cluster.get(kinds.secret, 'team-a', 'a'), 'reading is free')
  })

  it('lets only so many run at once', async () => {
    let running = 0
    let most = 0
    const limiter = new Limiter(3)
    const task = async (): Promise<void> => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
    }
    await Promise.all(Array.from({ length: 20 }, () => limiter.run(task)))
    await assert.rejects(limiter.run(() => Promise.reject(new Error('fails'))))
    await limiter.run(task)
    assert.equal(most, 3)
  })
})
