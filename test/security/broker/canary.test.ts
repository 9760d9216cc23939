import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { copiesInMemory, needlesOf } from '../../support/broker/scan-memory.ts'
import { names, startBrokerHarness, type BrokerHarness } from '../../support/broker/start-broker-harness.ts'

const secret = `sk-canary-${randomBytes(24).toString('hex')}`
const [raw = Buffer.alloc(0)] = needlesOf(secret)
const agentProgram = fileURLToPath(new URL('../../support/broker/canary-agent-main.ts', import.meta.url))

let harness: BrokerHarness
let agent: ChildProcess
let answers: Interface
let printed = ''

before(async () => {
  harness = await startBrokerHarness({ secret, isAuditReal: true, environment: { MOLTAGENT_WORKERS_IDLE: '4' } })
  agent = spawn(process.execPath, [agentProgram, harness.socketPath, harness.token], { stdio: ['pipe', 'pipe', 'pipe'], env: {} })
  agent.stderr?.on('data', (bytes: Buffer) => {
    printed += bytes.toString('utf8')
  })
  assert.ok(agent.stdout)
  answers = createInterface({ input: agent.stdout })
  answers.on('line', (line) => {
    printed += line
  })
})
after(async () => {
  agent.kill('SIGKILL')
  await harness.stop()
})

const url = (path: string): string => `https://${names.provider}${path}`

/** Has the agent use the credential once for each URL, and says what came of it. */
async function useAll(urls: readonly string[]): Promise<Record<string, number>> {
  const answered = once(answers, 'line')
  agent.stdin?.write(`${JSON.stringify(urls)}\n`)
  const [line] = (await answered) as [string]
  return JSON.parse(line) as Record<string, number>
}

const processes = (): readonly (readonly [name: string, pid: number])[] => [
  ['agent', agent.pid ?? 0],
  ['broker', harness.process.pid ?? 0],
  ['audit', harness.auditProcess?.pid ?? 0],
]

function assertNoCopy(needles: readonly Buffer[], when: string): void {
  for (const [name, pid] of processes()) assert.equal(copiesInMemory(pid, needles), 0, `${name}, ${when}`)
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
}

/** Uses in fifties, the memory scanned while each fifty is under way. */
async function useInFifties(urls: readonly string[], what: string): Promise<Record<string, number>> {
  const total: Record<string, number> = {}
  for (let at = 0; at < urls.length; at += 50) {
    const using = useAll(urls.slice(at, at + 50))
    assertNoCopy([raw], `during ${what} from ${at}`)
    for (const [result, count] of Object.entries(await using)) total[result] = (total[result] ?? 0) + count
  }
  assertNoCopy([raw], `after ${what}`)
  return total
}

test('the scanner finds a planted copy: as bytes, as a string, in base64', async () => {
  const source = `const half = process.argv[1]; const kept = [Buffer.from(half + process.argv[2]), (half + process.argv[2]).split('').join(''), Buffer.from(half + process.argv[2]).toString('base64')]; process.stdout.write('r'); setInterval(() => kept, 1000)`
  const planted = spawn(process.execPath, ['-e', source, secret.slice(0, 20), secret.slice(20)], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(planted.stdout, 'data')
  const [asItIs, , inBase64] = needlesOf(secret)
  assert.ok(copiesInMemory(planted.pid ?? 0, [raw]) >= 2)
  assert.equal(copiesInMemory(planted.pid ?? 0, [Buffer.from(randomBytes(24).toString('hex'))]), 0)
  assert.ok(asItIs && inBase64 && copiesInMemory(planted.pid ?? 0, needlesOf(secret)) > copiesInMemory(planted.pid ?? 0, [raw]))
  planted.kill('SIGKILL')
})

test('340 short uses leave no copy', async () => {
  assert.deepEqual(await useInFifties(Array(340).fill(url('/echo')), 'short uses'), { 'http-200': 340 })
})

test('330 streamed uses leave no copy', async () => {
  assert.deepEqual(await useInFifties(Array(330).fill(url('/stream')), 'streamed uses'), { 'http-200': 330 })
})

test('330 uses that break off at every byte of the exchange leave no copy', async () => {
  const provider = await useInFifties(
    Array.from({ length: 165 }, (_, at) => url(`/echo?cut=${at * 2}`)),
    'uses cut by the provider',
  )
  harness.nextcloud.state.cutShows.push(...Array.from({ length: 165 }, (_, at) => at * 5))
  const vault = await useInFifties(Array(165).fill(url('/echo')), 'uses cut by Nextcloud')
  const results = [...Object.keys(provider), ...Object.keys(vault)]
  assert.ok((provider['response-cut'] ?? 0) > 50 && (vault['response-cut'] ?? 0) > 100, JSON.stringify({ provider, vault }))
  assert.ok(!results.some((result) => result.includes('canary')))
})

test('afterwards there is none in memory in any spelling, in files, environments, logs, or the audit log', () => {
  assertNoCopy(needlesOf(secret), 'at the end')
  const needles = needlesOf(secret)
  for (const [name, pid] of processes()) {
    const environment = readFileSync(`/proc/${pid}/environ`)
    assert.ok(!needles.some((needle) => environment.includes(needle)), `environment of ${name}`)
  }
  const files = filesBelow(harness.directory)
  assert.ok(files.some((file) => file.startsWith(harness.auditProcess?.folder ?? '-')))
  for (const file of files) assert.ok(!needles.some((needle) => readFileSync(file).includes(needle)), file)
  for (const text of [harness.log(), harness.auditProcess?.log() ?? '', printed])
    assert.ok(!needles.some((needle) => text.includes(needle.toString())))
})
