import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { kinds, type Kind } from '../../../operator/cluster/kinds.ts'
import { eventually } from '../../support/eventually.ts'
import { openOperatorScene, type OperatorScene } from '../../support/operator/operator-scene.ts'
import { startOperatorProcess, type OperatorProcess } from '../../support/operator/operator-process.ts'

let scene: OperatorScene
const processes: OperatorProcess[] = []

before(async () => {
  scene = await openOperatorScene('proc')
})
after(async () => {
  for (const each of processes) each.signal('SIGKILL')
  await scene.close()
})

async function start(environment: Readonly<Record<string, string>> = {}): Promise<OperatorProcess> {
  const started = await startOperatorProcess({
    identity: scene.operator.identity,
    namespace: scene.home,
    watchNamespaces: scene.teams,
    environment,
  })
  processes.push(started)
  return started
}

/** Every machine was asked for after the three policies of its instance had been stored. */
async function assertPoliciesCameFirst(name: string): Promise<void> {
  const writes = (await scene.operatorWrites()).filter((entry) => entry.name.startsWith(`${name}-`) && entry.code < 300)
  const machines = writes.filter(({ resource }) => resource === 'virtualmachines')
  const stored = ['nextcloud', 'agent', 'ollama'].map((role) =>
    Math.min(
      ...writes
        .filter(({ resource, name: policy }) => resource === 'networkpolicies' && policy === `${name}-${role}`)
        .map(({ answeredMs }) => answeredMs),
    ),
  )
  assert.equal(new Set(machines.map((machine) => machine.name)).size, 3)
  assert.ok(Math.max(...stored) <= Math.min(...machines.map(({ receivedMs }) => receivedMs)))
}

/** Resolves when the first object with this beginning of a name is stored. */
function firstStored(kind: Kind, prefix: string): Promise<void> {
  return eventually(
    `a ${kind.kind} is stored`,
    async () => (await scene.list(kind)).some(({ metadata }) => metadata.name.startsWith(prefix)),
    60_000,
    1,
  )
}

describe('the operator as a process', { timeout: 300_000 }, () => {
  it('says which variable is wrong, and exits with 1', async () => {
    const operator = await start({ MOLTAGENT_IMAGE_AGENT: 'agent:latest', MOLTAGENT_MODELS: '{' })
    assert.equal(await operator.ended, 1)
    assert.match(operator.errorText(), /MOLTAGENT_IMAGE_AGENT: must be an image by digest/)
    assert.match(operator.errorText(), /MOLTAGENT_MODELS: must be JSON/)
  })

  it('with credentials that are refused exits with 1 and a sentence', async () => {
    const stranger = await scene.cluster.identify({ name: 'stranger' })
    const operator = await startOperatorProcess({ identity: stranger, namespace: scene.home, watchNamespaces: scene.teams })
    assert.equal(await operator.ended, 1)
    assert.match(operator.errorText(), /moltagents.*is forbidden.*"stranger".*Grant the roles of the chart/)
  })

  it('waits for an API server that does not answer, with a clear line and no exit', async () => {
    const silent = http.createServer((_request, response) => response.socket?.destroy()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const server = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const operator = await startOperatorProcess({
      identity: { ...scene.operator.identity, server: server.replace('http', 'https') },
      namespace: scene.home,
      watchNamespaces: scene.teams,
    })
    await operator.waitFor('waiting for the API server')
    assert.match(JSON.stringify(operator.lines()), /did not answer/)
    operator.signal('SIGTERM')
    assert.equal(await operator.ended, 0)
    silent.close()
  })

  it('killed by SIGKILL at three moments of making an instance, it converges after each restart', async () => {
    for (const [index, kind] of [kinds.networkPolicy, kinds.secret, kinds.virtualMachine].entries()) {
      const name = `kill-${index}`
      const fast = { MOLTAGENT_LEASE_SECONDS: '3', MOLTAGENT_WRITERS: '1' }
      const first = await start(fast)
      await first.waitFor('leading')
      const seen = firstStored(kind, `${name}-`)
      await scene.create(name, { suspend: true })
      await seen
      first.signal('SIGKILL')
      assert.equal(await first.ended, 'SIGKILL')
      assert.notEqual((await scene.condition(name, 'Reconciling'))?.status, 'False', 'it was killed in the middle')
      const second = await start(fast)
      await scene.until(`${name} is settled`, async () => (await scene.condition(name, 'Reconciling'))?.status === 'False')
      await assertPoliciesCameFirst(name)
      second.signal('SIGTERM')
      assert.equal(await second.ended, 0)
    }
  })

  it('a second one waits for the Lease and takes over at once when the first stops gracefully', async () => {
    const first = await start()
    await first.waitFor('leading')
    const second = await start()
    await second.waitFor('another operator leads, waiting for its lease')
    assert.ok(
      second.lines().some(({ msg }) => msg === 'caches are filled'),
      'a standby has its caches filled',
    )
    const before = (await scene.operatorWrites()).length
    const stoppedMs = Date.now()
    first.signal('SIGTERM')
    assert.equal(await first.ended, 0)
    await second.waitFor('leading')
    const leading = second.lines().find(({ msg }) => msg === 'leading')
    console.log(`graceful hand-over: ${Date.parse(String(leading?.['time'])) - stoppedMs} ms`)
    await scene.create('handed', { suspend: true })
    await scene.until(
      'the successor works',
      async () => (await scene.list(kinds.virtualMachine, scene.teams[0], 'moltagent.cloud/name=handed')).length === 3,
    )
    assert.equal(
      (await scene.operatorWrites()).slice(before).filter(({ name }) => !name.includes('handed') && !name.startsWith('moltagent-keys'))
        .length,
      0,
      'what was settled stays so',
    )
    assert.match(await second.metrics(), /moltagent_leading 1\n/)
    second.signal('SIGTERM')
    assert.equal(await second.ended, 0)
  })
})
