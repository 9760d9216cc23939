import assert from 'node:assert/strict'
import { it } from 'node:test'
import { startHealthServer } from '../../../operator/health-server.ts'
import { createMetrics } from '../../../operator/metrics.ts'

it('health: alive at once, ready when the caches are, metrics in Prometheus’ form, anything else 404', async (t) => {
  let ready = false
  const metrics = createMetrics()
  metrics.observe(() => ({ leading: true, queueDepth: 3, moltagents: 2, memoryBytes: 1 }))
  metrics.reconciled(12, false)
  metrics.wrote('apply', 'NetworkPolicy')
  const server = await startHealthServer({ address: '127.0.0.1', port: 0, isReady: () => ready, metrics })
  t.after(server.close)
  const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${server.port}${path}`)
  assert.equal((await get('/healthz')).status, 200)
  assert.equal((await get('/readyz')).status, 503)
  ready = true
  assert.equal((await get('/readyz')).status, 200)
  assert.equal((await get('/anything')).status, 404)
  const text = await (await get('/metrics')).text()
  assert.match(text, /^moltagent_leading 1$/m)
  assert.match(text, /^moltagent_queue_depth 3$/m)
  assert.match(text, /^moltagent_writes_total\{verb="apply",kind="NetworkPolicy"\} 1$/m)
  assert.match(text, /^moltagent_reconcile_duration_seconds_bucket\{le="0.02",result="success"\} 1$/m)
})
