import assert from 'node:assert/strict'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { NetworkPolicy } from '../../../local/node/network/network-policy.ts'
import { nodeRuleset } from '../../../local/node/network/node-ruleset.ts'
import { createPodNetwork, preparePodNetwork, type PodAttachment } from '../../../local/node/network/pod-network.ts'
import { runCommand } from '../../../local/node/network/run-command.ts'
import { agentToNextcloud, podOf } from '../../support/policy-fixtures.ts'

const serviceAddress = '10.96.0.5'
const network = createPodNetwork(runCommand)
const pods = new Map<string, PodAttachment>()
const children: ChildProcess[] = []

const server = `
const net = require('node:net')
for (const port of [443, 444]) net.createServer((s) => { s.on('error', () => {}); s.write('ok'); const t = setInterval(() => s.write('x'), 10); s.on('close', () => clearInterval(t)) }).listen(port, '::', () => console.log(port))
require('node:dgram').createSocket('udp6').on('message', function (m, r) { this.send('ok', r.port, r.address) }).bind(53)
`
/** Prints `open` when bytes come back within a second. */
const client = `
const net = require('node:net'); const [host, port] = process.argv.slice(1)
const s = net.connect(Number(port), host); s.setTimeout(1000, () => { console.log('closed'); process.exit() })
s.on('data', () => { console.log('open'); process.exit() }); s.on('error', () => { console.log('closed'); process.exit() })
`
/** Counts bytes of a held stream until none came for 500 ms. */
const holder = `
const net = require('node:net'); const [host, port] = process.argv.slice(1)
const s = net.connect(Number(port), host); s.on('error', () => {}); let last = Date.now()
s.on('data', () => { last = Date.now(); console.log('t', last) }); setInterval(() => { if (Date.now() - last > 800) { console.log('silent', last); process.exit() } }, 50)
`

const of = (role: string): PodAttachment => {
  const pod = pods.get(role)
  assert.ok(pod)
  return pod
}
const address = (role: string, family: 0 | 1): string => of(role).addresses[family] ?? ''

function inPod(role: string, ...command: readonly string[]): ChildProcess {
  const child = spawn('ip', ['netns', 'exec', of(role).netns, ...command], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return child
}

function output(role: string, ...command: readonly string[]): Promise<string> {
  return new Promise((resolve) =>
    execFile('ip', ['netns', 'exec', of(role).netns, ...command], { timeout: 10_000 }, (_error, stdout) => resolve(stdout.trim())),
  )
}

const reach = (from: string, host: string, port: number): Promise<string> =>
  output(from, process.execPath, '-e', client, host, String(port))

async function load(policies: readonly NetworkPolicy[], enforcePolicies = true): Promise<void> {
  const known = [...pods].map(([role, pod]) => podOf(role, pod.addresses))
  const services = [
    {
      name: 'nextcloud',
      protocol: 'TCP' as const,
      address: serviceAddress,
      port: 8443,
      endpoints: [{ address: address('nextcloud', 0), port: 443 }],
    },
  ]
  const world = { pods: known, namespaces: [{ name: 'team', labels: {} }], policies }
  await network.load(nodeRuleset({ world, wires: [...network.attachments().values()], services, enforcePolicies }))
}

before(async () => {
  await preparePodNetwork(runCommand)
  for (const role of ['agent', 'nextcloud', 'stranger']) pods.set(role, await network.attach(role))
  await load(agentToNextcloud)
  for (const role of ['nextcloud', 'stranger'])
    await new Promise((resolve) => inPod(role, process.execPath, '-e', server).stdout?.once('data', resolve))
})

after(() => children.forEach((child) => child.kill('SIGKILL')))

test('the one allowed edge is open over IPv4, IPv6 and its Service', async () => {
  assert.equal(await reach('agent', address('nextcloud', 0), 443), 'open')
  assert.equal(await reach('agent', address('nextcloud', 1), 443), 'open')
  assert.equal(await reach('agent', serviceAddress, 8443), 'open')
})

test('every other edge is closed over both families', async () => {
  const closed = [
    ['agent', 'nextcloud', 444],
    ['agent', 'stranger', 443],
    ['stranger', 'nextcloud', 443],
    ['nextcloud', 'agent', 443],
    ['nextcloud', 'stranger', 443],
  ] as const
  const tried = closed.flatMap(([from, to, port]) =>
    ([0, 1] as const).map(async (family) => [from, to, port, family, await reach(from, address(to, family), port)]),
  )
  assert.deepEqual(
    (await Promise.all(tried)).filter((result) => result[4] !== 'closed'),
    [],
  )
})

test("a stranger that no policy selects reaches another such pod, so closed edges above are the policies' doing", async () => {
  await load(agentToNextcloud, false)
  assert.equal(await reach('stranger', address('nextcloud', 0), 443), 'open')
  assert.equal(await reach('agent', address('stranger', 1), 444), 'open')
  await load(agentToNextcloud)
  assert.equal(await reach('agent', address('stranger', 1), 444), 'closed')
})

test('the node, the host beyond it and ICMP are closed to a selected pod', async () => {
  assert.equal(await reach('agent', '169.254.1.1', 22), 'closed')
  assert.equal(await reach('agent', '192.0.2.1', 443), 'closed')
  assert.match(await output('agent', 'ping', '-c1', '-W1', address('nextcloud', 0)), /100% packet loss/)
})

test("a packet that claims another pod's address goes nowhere", async () => {
  await output('stranger', 'ip', 'addr', 'add', `${address('agent', 0)}/32`, 'dev', 'eth0')
  const forged = `const net=require('node:net');const s=net.connect({host:process.argv[1],port:443,localAddress:process.argv[2]});s.setTimeout(1000,()=>{console.log('closed');process.exit()});s.on('data',()=>{console.log('open');process.exit()});s.on('error',()=>{console.log('closed');process.exit()})`
  assert.equal(await output('stranger', process.execPath, '-e', forged, address('nextcloud', 0), address('agent', 0)), 'closed')
  await output('stranger', 'ip', 'addr', 'del', `${address('agent', 0)}/32`, 'dev', 'eth0')
})

test('an established stream ends with the change that forbids it, in both directions', async () => {
  const held = inPod('agent', process.execPath, '-e', holder, address('nextcloud', 0), '443')
  const lines: string[] = []
  held.stdout?.on('data', (chunk: Buffer) => lines.push(...chunk.toString('utf8').trim().split('\n')))
  while (lines.length < 5) await delay(20)
  await load(agentToNextcloud.slice(0, 1))
  const changedAt = Date.now()
  await new Promise((resolve) => held.once('exit', resolve))
  const silentSince = Number(lines.at(-1)?.split(' ')[1])
  console.log(`the last byte came ${silentSince - changedAt} ms after the rules were loaded`)
  assert.match(lines.at(-1) ?? '', /^silent/)
  await load(agentToNextcloud)
  assert.equal(await reach('agent', address('nextcloud', 0), 443), 'open')
})

test('a detached pod is gone: its namespace, its wire, its address', async () => {
  const attached = await network.attach('short-lived')
  await network.detach('short-lived')
  assert.doesNotMatch(await runCommand('ip', ['netns', 'list']), new RegExp(`^${attached.netns}\\b`, 'm'))
  assert.doesNotMatch(await runCommand('ip', ['-brief', 'link']), new RegExp(`^${attached.interface}@`, 'm'))
})
