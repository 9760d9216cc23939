import { readFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { actionOf } from '../support/broker/actions.ts'
import { names, startBrokerHarness, type BrokerHarness } from '../support/broker/start-broker-harness.ts'

// node test/bench/broker.ts [uses, default 200] [pause between uses in ms, default 250: a waiting worker has started by then]

const uses = Number(process.argv[2] ?? 200)
const pauseMs = Number(process.argv[3] ?? 250)
const url = `https://${names.provider}/v1/chat/completions`
const body = JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: 'x'.repeat(1000) }] })

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

const figures = (values: readonly number[]): string =>
  `P50 ${quantile(values, 0.5).toFixed(1)} ms, P99 ${quantile(values, 0.99).toFixed(1)} ms`

async function timed(act: () => Promise<void>): Promise<readonly number[]> {
  const times: number[] = []
  for (let use = 0; use < uses; use += 1) {
    const started = performance.now()
    await act()
    times.push(performance.now() - started)
    await pause(pauseMs)
  }
  return times
}

/** The same call made directly: a new TLS connection to the same server. */
function direct({ provider, providerAuthority }: BrokerHarness): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: provider.port,
      servername: names.provider,
      ca: providerAuthority,
      path: '/v1/chat/completions',
    }
    const headers = { authorization: 'Bearer sk-canary-0123456789abcdef', host: names.provider, 'content-length': body.length }
    const sent = httpsRequest({ ...options, method: 'POST', agent: false, headers }, (response) => {
      response.resume()
      response.on('end', resolve)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function throughBroker({ client }: BrokerHarness): Promise<void> {
  const action = actionOf(
    'http.request',
    'egress',
    [
      ['url', 'destination', url],
      ['body', 'content', body],
    ],
    { credential: 'service' },
  )
  const request = { method: 'POST', url, headers: [] }
  const answer = await client.http({ operation: 'perform', task: 'bench', handle: 'service', action, request }, Buffer.from(body))
  for await (const chunk of answer.body) if (chunk.length === 0) throw new Error('an empty piece')
}

const rssMiB = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

const harness = await startBrokerHarness({ environment: { MOLTAGENT_WORKERS_IDLE: '4' } })
try {
  await timed(() => throughBroker(harness).then(() => direct(harness)))
  const directly = await timed(() => direct(harness))
  const seen = harness.audit.entries.length
  const brokered = await timed(() => throughBroker(harness))
  const shows = harness.audit.entries.slice(seen).flatMap(({ kind, facts }) => (kind === 'outcome' ? [Number(facts?.['showMs'])] : []))
  const beyond = brokered.map((total, use) => total - (shows[use] ?? 0) - quantile(directly, 0.5))
  console.log(`${uses} calls, one after the other, ${pauseMs} ms apart; a worker for each; the log a stand-in without fdatasync`)
  console.log(`direct                      ${figures(directly)}`)
  console.log(
    `through the broker          ${figures(brokered)} (ratio ${(quantile(brokered, 0.5) / quantile(directly, 0.5)).toFixed(1)} at P50)`,
  )
  console.log(`of it password/show         ${figures(shows)}`)
  console.log(`beyond show and direct call ${figures(beyond)}`)
  console.log(`memory of the broker        ${rssMiB(harness.process.pid ?? 0).toFixed(0)} MiB (without its waiting workers)`)
} finally {
  await harness.stop()
}
