import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createCore } from '../../../runtime/nextcloud/core.ts'
import { createFiles } from '../../../runtime/nextcloud/files.ts'
import { NextcloudError, type NextcloudFailureKind } from '../../../runtime/nextcloud/nextcloud-error.ts'
import { startControl } from '../../../local/nextcloud-double/control.ts'
import { startDoubleWithAccounts, type DoubleWithAccounts } from '../../support/nextcloud/double-with-accounts.ts'
import { sendRaw } from '../../support/nextcloud/replay.ts'

const is = (kind: NextcloudFailureKind) => (error: unknown) => error instanceof NextcloudError && error.failure.kind === kind

describe('faults on demand', () => {
  let double: DoubleWithAccounts
  before(async () => {
    double = await startDoubleWithAccounts('alice', 'bob')
  })
  after(() => double.end())

  const quick = { attempts: 3, firstWaitMs: 1 }

  test('every answer says that this is a double, and an unrecorded one says that too', async () => {
    const status = await sendRaw(double.origin, { method: 'GET', path: '/status.php', headers: {} })
    assert.equal(status.headers['server'], 'moltagent-nextcloud-double')
    assert.match(JSON.parse(status.body).productname, /double/)
    assert.equal(status.headers['x-moltagent-double'], undefined)
    for (const path of ['/cron.php', '/nothing', '/ocs/v2.php/nothing']) {
      const answer = await sendRaw(double.origin, { method: 'GET', path, headers: {} })
      assert.equal(answer.headers['server'], 'moltagent-nextcloud-double')
      assert.equal(answer.headers['x-moltagent-double'], 'unrecorded', path)
    }
  })

  test('429 once: the client waits and gets through', async () => {
    double.faults.add({ kind: 'status', status: 429, retryAfterSeconds: 0, times: 1 })
    assert.equal((await createCore(double.as('alice', quick)).whoAmI()).id, 'alice')
    assert.deepEqual(double.faults.list(), [])
  })

  test('503 for one account alone leaves the others working', async () => {
    double.faults.add({ kind: 'status', status: 503, account: 'alice' })
    await assert.rejects(createCore(double.as('alice', quick)).whoAmI(), is('unavailable'))
    assert.equal((await createCore(double.as('bob', quick)).whoAmI()).id, 'bob')
    double.faults.clear()
  })

  test('maintenance mode shows on the status page and as a failure of its own', async () => {
    double.faults.add({ kind: 'maintenance' })
    assert.equal((await createCore(double.as('alice')).status()).maintenance, true)
    await assert.rejects(createCore(double.as('alice')).whoAmI(), is('maintenance'))
    double.faults.clear()
  })

  test('a lock is met once and waited for', async () => {
    const files = createFiles(double.as('alice', quick), 'alice')
    double.faults.add({ kind: 'status', status: 423, method: 'PUT', times: 1 })
    await files.write('locked.md', Buffer.from('x'), { when: 'new' })
    assert.equal((await files.stat('locked.md')).sizeBytes, 1)
  })

  test('an answer cut at any byte is no answer, never a shorter one', async () => {
    const whole = await sendRaw(double.origin, { method: 'GET', path: '/status.php', headers: {} })
    const length = Buffer.byteLength(whole.body) + 150
    for (let afterBytes = 0; afterBytes < length; afterBytes += 7) {
      double.faults.add({ kind: 'cut', afterBytes, times: 1 })
      const outcome = await createCore(double.as('alice'))
        .status()
        .then((status) => status.productname, is('no-answer'))
      assert.ok(outcome === true || outcome === JSON.parse(whole.body).productname, `cut after ${afterBytes} bytes`)
      double.faults.clear()
    }
  })

  test('a write whose answer is cut was done, and is not done twice', async () => {
    const files = createFiles(double.as('alice', quick), 'alice')
    double.faults.add({ kind: 'cut', afterBytes: 20, method: 'PUT' })
    await assert.rejects(files.write('once.md', Buffer.from('x'), { when: 'new' }), is('no-answer'))
    double.faults.clear()
    assert.equal((await files.stat('once.md')).sizeBytes, 1)
  })

  test('a dropped connection leaves nothing done', async () => {
    const files = createFiles(double.as('alice'), 'alice')
    double.faults.add({ kind: 'drop', method: 'PUT', times: 1 })
    await assert.rejects(files.write('never.md', Buffer.from('x'), { when: 'new' }), is('no-answer'))
    await assert.rejects(files.stat('never.md'), is('not-found'))
  })

  test('a slow answer can be given up by the caller', async () => {
    double.faults.add({ kind: 'slow', delayMs: 60_000, times: 1 })
    const abort = new AbortController()
    const running = createCore(double.as('alice', { signal: abort.signal })).whoAmI()
    setTimeout(() => abort.abort(new Error('given up by the test')), 50)
    await assert.rejects(running, /given up by the test/)
  })

  test('the test controls need their token and refuse what they do not know', async () => {
    const token = 'canary-control-token'
    const control = await startControl(double, 0, token)
    const ask = (request: string, body: unknown, given = token) => {
      const [method = '', path = ''] = request.split(' ')
      return sendRaw(`http://127.0.0.1:${control.port}`, {
        method,
        path,
        headers: { authorization: `Bearer ${given}` },
        body: JSON.stringify(body),
      })
    }
    assert.equal((await ask('POST /faults', { kind: 'maintenance' }, 'wrong-token-wrong')).status, 401)
    assert.equal((await ask('POST /faults', { kind: 'explode' })).status, 400)
    assert.equal((await ask('POST /everything', {})).status, 404)
    assert.equal((await ask('POST /faults', { kind: 'maintenance', times: 1 })).status, 200)
    assert.equal(double.faults.list().length, 1)
    assert.equal((await ask('POST /accounts', { id: 'dora', password: 'canary-password-of-dora' })).status, 200)
    assert.equal((await ask('POST /cron', {})).status, 200)
    assert.equal((await ask('DELETE /faults', {})).status, 200)
    assert.equal((await createCore(double.as('dora')).whoAmI()).id, 'dora')
    await assert.rejects(startControl(double, 0, 'short'), /at least 16/)
    await control.stop()
  })
})
