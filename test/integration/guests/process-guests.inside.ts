import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Guest, Machine } from '../../../local/node/guest.ts'
import { createPodNetwork, preparePodNetwork, type PodAttachment } from '../../../local/node/network/pod-network.ts'
import { nodeRuleset } from '../../../local/node/network/node-ruleset.ts'
import { runCommand } from '../../../local/node/network/run-command.ts'
import { localModelImage, localModels } from '../../../local/node/process-guests/local-models.ts'
import { createProcessGuests } from '../../../local/node/process-guests/process-guests.ts'
import { modelPackages } from '../../../local/ollama/model-packages.ts'
import { createAuthority } from '../../../operator/certificates/authority.ts'
import type { CertificatePair } from '../../../operator/certificates/key-pair.ts'
import { issueLeaf } from '../../../operator/certificates/leaf.ts'
import type { BootDocument } from '../../../runtime/protocol/boot-document.ts'
import { setTimeout as delay } from 'node:timers/promises'
import { isEvidenceOf } from '../../../runtime/probe/sign-evidence.ts'
import { signedEvidenceSchema } from '../../../runtime/protocol/signed-evidence.ts'
import { X509Certificate } from 'node:crypto'

const uid = '6d1f5c1e-0000-4000-8000-000000000001'
const model = modelPackages.find(({ name }) => name === 'smollm2:135m')
assert.ok(model)
const signal = new AbortController().signal
const network = createPodNetwork(runCommand)
const guests: Guest[] = []
let folder = ''
let authority: CertificatePair
const pods = new Map<string, PodAttachment>()

const pod = (name: string): PodAttachment => {
  const attachment = pods.get(name)
  assert.ok(attachment)
  return attachment
}

async function leaf(holder: string, use: 'peer' | 'client'): Promise<CertificatePair> {
  return issueLeaf(authority, { holder, uid, use, dnsNames: [`${holder}.aria.team-a.svc`], now: new Date(), lifetimeDays: 1 })
}

function bootDocument(role: 'nextcloud' | 'ollama', pair: CertificatePair): BootDocument {
  const forbidden = [{ name: 'metadata', host: '169.254.169.254', port: 80, protocol: 'tcp' as const }]
  const common = {
    schemaVersion: 1 as const,
    uid,
    name: 'aria',
    namespace: 'team-a',
    hosts: [],
    authority: authority.certificate,
    probes: { allowed: [], forbidden },
  }
  if (role === 'ollama') return { ...common, role, leaf: pair, models: [{ name: model?.name ?? '', disk: 'model-0' }] }
  const administrator = { username: 'admin', password: 'canary-administrator-password' }
  return { ...common, role, leaf: pair, hostname: 'cloud.example.org', administrator, operatorKey: 'ssh-ed25519 AAAAcanary operator' }
}

async function start(role: 'nextcloud' | 'ollama'): Promise<Guest> {
  const runtime = createProcessGuests({
    stateFolder: folder,
    projectFolder: join(import.meta.dirname, '../../..'),
    node: process.execPath,
    environment: process.env,
    ollamaFor: (images, into) => localModels(images, into, { environment: process.env, progress: (line) => console.log(line), signal }),
  })
  const boot = bootDocument(role, await leaf(role, 'peer'))
  const claim = await mkdtemp(join(folder, 'claim-'))
  const volumes = [
    { name: 'boot', cloudInitNoCloud: { secretRef: { name: 'boot' } } },
    { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'model-0', containerDisk: { image: model ? localModelImage(model) : '' } },
  ]
  const machine = {
    instance: { metadata: { labels: {} }, spec: { volumes } },
    pod: { metadata: { uid: role } },
    attachment: pod(role),
    readSecret: () => Promise.resolve({ userdata: Buffer.from(JSON.stringify(boot)) }),
    claimFolder: () => Promise.resolve(claim),
  } as unknown as Machine
  const guest = await runtime.start(machine)
  guests.push(guest)
  return guest
}

/** curl from inside the agent's pod: `<status> <body>`, or what went wrong. */
function ask(holder: string | undefined, url: string, ...more: readonly string[]): Promise<string> {
  const key = holder === undefined ? [] : ['--cert', join(folder, `${holder}.crt`), '--key', join(folder, `${holder}.key`)]
  const name = new URL(url).hostname
  const address = pod(name.split('.', 1)[0] ?? '').addresses[0]
  const resolve = ['--resolve', `${name}:${new URL(url).port || '443'}:${address}`, '--cacert', join(folder, 'authority.crt')]
  const args = ['netns', 'exec', pod('agent').netns, 'curl', '-sS', '-m', '120', '-w', '\n%{http_code}', ...key, ...resolve, ...more, url]
  return new Promise((done) =>
    execFile('ip', args, (error, stdout, stderr) => {
      const lines = stdout.trimEnd().split('\n')
      done(error ? `failed: ${stderr.trim()}` : `${lines.pop()} ${lines.join('\n')}`)
    }),
  )
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moltagent-guests-'))
  authority = await createAuthority({ uid, now: new Date(), lifetimeDays: 1, dnsNames: ['team-a.svc'] })
  await writeFile(join(folder, 'authority.crt'), authority.certificate)
  for (const holder of ['agent', 'gateway']) {
    const pair = await leaf(holder, 'client')
    await writeFile(join(folder, `${holder}.crt`), pair.certificate)
    await writeFile(join(folder, `${holder}.key`), pair.privateKey)
  }
  await preparePodNetwork(runCommand)
  for (const name of ['agent', 'nextcloud', 'ollama']) pods.set(name, await network.attach(name))
  const world = { pods: [], namespaces: [], policies: [] }
  await network.load(nodeRuleset({ world, wires: [...pods.values()], services: [], enforcePolicies: false }))
  const started = await Promise.all([start('nextcloud'), start('ollama')])
  await Promise.race([
    Promise.all(started.map((guest) => guest.agentConnected)),
    ...started.map((guest) => guest.exited.then((exit) => Promise.reject(new Error(JSON.stringify(exit))))),
  ])
})

after(async () => {
  guests.forEach((guest) => guest.force())
  await Promise.all(guests.map((guest) => guest.exited))
  await rm(folder, { recursive: true, force: true })
})

const ollama = (path: string): string => `https://ollama.aria.team-a.svc:11434${path}`

test('the real model answers the agent with what a JSON schema allows', async () => {
  const format = { type: 'object', properties: { city: { type: 'string', enum: ['Berlin', 'Lisbon'] } }, required: ['city'] }
  const body = {
    model: model?.name,
    stream: false,
    format,
    options: { num_predict: 40, temperature: 0 },
    messages: [{ role: 'user', content: 'Which one is in Portugal?' }],
  }
  const answer = await ask('agent', ollama('/api/chat'), '-d', JSON.stringify(body))
  assert.match(answer, /^200 /)
  const { message } = JSON.parse(answer.slice(4)) as { message: { content: string } }
  assert.ok(['Berlin', 'Lisbon'].includes((JSON.parse(message.content) as { city: string }).city), answer)
})

test('what changes models, and everything not listed, is refused even to the agent', async () => {
  for (const path of [
    '/api/pull',
    '/api/create',
    '/api/delete',
    '/api/push',
    '/api/copy',
    '/api/chat/',
    '/api//pull',
    '/api/chat/../pull',
    '/',
    '/v1/models',
  ]) {
    assert.match(await ask('agent', ollama(path), '--path-as-is', '-X', 'POST', '-d', '{"model":"x"}'), /^403 /, path)
  }
})

test("without a certificate of the instance, or with the gateway's, the model does not answer", async () => {
  assert.match(await ask(undefined, ollama('/api/tags')), /^400 |failed/)
  assert.match(await ask('gateway', ollama('/api/tags')), /^403 /)
  assert.match(await ask('agent', ollama('/api/tags')), /^200 .*smollm2/)
})

test("evidence of isolation goes to the gateway alone and carries the machine's signature", async () => {
  for (const name of ['ollama', 'nextcloud']) {
    const url = `https://${name}.aria.team-a.svc:${name === 'ollama' ? 11_434 : 443}/isolation`
    assert.match(await ask('agent', url), /^403 /)
    const answer = await ask('gateway', url)
    assert.match(answer, /^200 /)
    const signed = signedEvidenceSchema.parse(JSON.parse(answer.slice(4)))
    assert.equal(signed.evidence.forbidden, 1)
    assert.deepEqual(signed.evidence.open, [])
    const certificate = new X509Certificate(await readFile(join(folder, name, 'leaf.crt')))
    assert.ok(isEvidenceOf(signed, certificate.publicKey))
  }
})

test('Nextcloud answers people without a certificate, and says that it is a double', async () => {
  const answer = await ask(undefined, 'https://nextcloud.aria.team-a.svc/status.php', '-i')
  assert.match(answer, /^200 /)
  assert.match(answer, /double/i)
})

test("a guest whose program ends has failed, with the program's name, and the others end with it", async () => {
  const [nextcloud] = guests
  const pids = await runCommand('ip', ['netns', 'pids', pod('nextcloud').netns])
  const double = await Promise.all(
    pids
      .trim()
      .split('\n')
      .map(async (pid) => ({ pid: Number(pid), command: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') })),
  )
  const victim = double.find(({ command }) => command.includes('nextcloud-double/main.ts'))
  assert.ok(victim)
  process.kill(victim.pid, 'SIGKILL')
  const exit = await nextcloud?.exited
  assert.equal(exit?.outcome, 'failed')
  assert.match(exit?.outcome === 'failed' ? exit.reason : '', /^nextcloud-double was ended by SIGKILL/)
  for (let attempt = 0; attempt < 100 && (await runCommand('ip', ['netns', 'pids', pod('nextcloud').netns])) !== ''; attempt += 1)
    await delay(50)
  assert.equal(await runCommand('ip', ['netns', 'pids', pod('nextcloud').netns]), '')
})
