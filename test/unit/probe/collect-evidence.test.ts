import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:net'
import { createSocket } from 'node:dgram'
import { test } from 'node:test'
import { collectEvidence } from '../../../runtime/probe/collect-evidence.ts'
import { isEvidenceOf, signEvidence } from '../../../runtime/probe/sign-evidence.ts'
import { tryTarget } from '../../../runtime/probe/try-target.ts'
import { isolationEvidenceSchema, type ProbeTarget } from '../../../runtime/protocol/isolation.ts'

const target = (name: string): ProbeTarget => ({ name, host: '192.0.2.1', port: 443, protocol: 'tcp' })
const now = (): Date => new Date('2026-01-02T03:04:05.678Z')

test('evidence names what was open though forbidden, and closed though allowed', async () => {
  const open = new Set(['a', 'c', 'e'])
  const lists = { allowed: [target('a'), target('b')], forbidden: [target('c'), target('d'), target('e')] }
  const evidence = await collectEvidence(lists, {
    tryTarget: async ({ name }) => (open.has(name) ? 'open' : 'closed'),
    now,
    concurrency: 2,
  })
  assert.deepEqual(evidence, { at: '2026-01-02T03:04:05.678Z', forbidden: 3, open: ['c', 'e'], closedAllowed: ['b'] })
  assert.ok(isolationEvidenceSchema.safeParse(evidence).success)
})

test('a signature holds for the evidence it was made for, and for no other', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const evidence = { at: now().toISOString(), forbidden: 3, open: ['c'], closedAllowed: [] }
  const signed = signEvidence(evidence, privateKey)
  assert.ok(isEvidenceOf(signed, publicKey))
  assert.ok(!isEvidenceOf({ ...signed, evidence: { ...evidence, open: [] } }, publicKey))
  assert.ok(!isEvidenceOf(signed, generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey))
})

test('a connection that is accepted or refused is open: packets came through', async () => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const here: ProbeTarget = { name: 'here', host: '127.0.0.1', port: address.port, protocol: 'tcp' }
  assert.equal(await tryTarget(here, 2000), 'open')
  await new Promise((resolve) => server.close(resolve))
  assert.equal(await tryTarget(here, 2000), 'open')
})

test('a datagram that is answered, or refused by ICMP, is open; one that is swallowed is closed', async () => {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const here: ProbeTarget = { name: 'here', host: '127.0.0.1', port: socket.address().port, protocol: 'dns' }
  assert.equal(await tryTarget(here, 100), 'closed')
  socket.on('message', (_message, peer) => socket.send('answer', peer.port, peer.address))
  assert.equal(await tryTarget(here, 2000), 'open')
  await new Promise<void>((resolve) => socket.close(resolve))
  assert.equal(await tryTarget(here, 2000), 'open')
})
