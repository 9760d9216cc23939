import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { startWorker } from '../../../runtime/broker/worker/worker-process.ts'
import type { LeaseJob } from '../../../runtime/broker/worker/lease-job.ts'
import { encodeFrame, encodeJsonFrame, FrameDecoder } from '../../../runtime/protocol/broker-frame.ts'
import { copiesInMemory, needlesOf } from '../../support/broker/scan-memory.ts'
import { names, startBrokerHarness, testBinding } from '../../support/broker/start-broker-harness.ts'

const program = fileURLToPath(new URL('../../../runtime/broker/worker-main.ts', import.meta.url))

test('a worker holds at most one copy of the credential when it is done, and is gone when its input ends', async (context) => {
  const secret = `sk-canary-${randomBytes(24).toString('hex')}`
  const harness = await startBrokerHarness({ secret })
  context.after(() => harness.stop())
  const { authority } = harness.certificates
  const limits = { headBytes: 32_768, headerCount: 128, bodyBytes: 1_000_000, connectMs: 20_000, idleMs: 20_000, totalMs: 60_000 }
  const basic = Buffer.from(`aria:${harness.appPassword}`).toString('base64')
  const counts: number[] = []
  for (const path of ['/echo', '/stream', '/v1/chat/completions']) {
    const job: LeaseJob = {
      account: 'aria',
      binding: testBinding,
      vault: { host: '127.0.0.1', port: harness.nextcloud.port, serverName: names.nextcloud, authority, leastVersion: 'TLSv1.3' },
      proxy: { host: '127.0.0.1', port: harness.proxy.port, serverName: names.gateway, authority, leastVersion: 'TLSv1.3' },
      proxyFields: [],
      providerAuthority: harness.providerAuthority,
      request: { method: 'POST', url: { host: names.provider, port: 443, path, query: '' }, headers: [] },
      limits,
    }
    const worker = startWorker({ execPath: process.execPath, program, trustsPlatform: false })
    assert.ok(worker)
    const session = `Bearer ${harness.proxy.session.current}`
    for (const frame of [
      encodeJsonFrame('header', job),
      encodeFrame('secret', Buffer.from(`Basic ${basic}`)),
      encodeFrame('secret', Buffer.from(session)),
      encodeJsonFrame('end', {}),
    ]) {
      worker.input.write(frame)
    }
    const decoder = new FrameDecoder()
    let end = ''
    while (end === '') {
      const [chunk] = (await once(worker.output, 'data')) as [Buffer]
      end =
        decoder
          .push(chunk)
          .find(({ kind }) => kind === 'end')
          ?.payload.toString('utf8') ?? ''
    }
    assert.equal((JSON.parse(end) as { readonly ok: boolean }).ok, true, end)
    counts.push(copiesInMemory(worker.pid, needlesOf(secret)))
    worker.input.end()
    await worker.gone
    assert.throws(() => process.kill(worker.pid, 0))
  }
  assert.ok(
    counts.every((count) => count <= 1),
    `copies in three workers: ${counts.join(', ')}`,
  )
})
