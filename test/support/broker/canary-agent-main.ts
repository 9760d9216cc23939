import { createInterface } from 'node:readline'
import { BrokerClient, BrokerRefusedError } from '../../../runtime/protocol/broker-client.ts'
import { actionOf } from './actions.ts'

/**
 * An agent for the canary test: `canary-agent-main.ts SOCKET TOKEN`. Each line of its input is a JSON array of URLs to use the credential
 * on; it answers with a line that counts what came of them. What it received goes to a file's worth of memory only, as in a real agent.
 */
const [socketPath = '', token = ''] = process.argv.slice(2)
const client = new BrokerClient({ socketPath, token })
const concurrency = 3

async function use(url: string): Promise<string> {
  const action = actionOf('http.request', 'egress', [['url', 'destination', url]], { credential: 'service' })
  try {
    const answer = await client.http({
      operation: 'perform',
      task: 'canary',
      handle: 'service',
      action,
      request: { method: 'POST', url, headers: [] },
    })
    let bytes = 0
    for await (const chunk of answer.body) bytes += chunk.length
    return bytes > 0 ? `http-${answer.status}` : 'empty'
  } catch (error) {
    return error instanceof BrokerRefusedError ? error.error.code : String(error)
  }
}

async function useAll(urls: readonly string[]): Promise<Record<string, number>> {
  const queue = [...urls]
  const results: Record<string, number> = {}
  const work = async (): Promise<void> => {
    for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
      const result = await use(url)
      results[result] = (results[result] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return results
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await useAll(JSON.parse(line) as readonly string[])))
}
