import assert from 'node:assert/strict'
import { test } from 'node:test'
import { containerSpecSchema } from '../../../../local/node/process-pod/container-spec.ts'
import { watchProbe } from '../../../../local/node/process-pod/watch-probe.ts'

const spec = (failureThreshold: number, successThreshold: number) => {
  const readinessProbe = { tcpSocket: { port: 1 }, periodSeconds: 0.001, failureThreshold, successThreshold }
  const parsed = containerSpecSchema.parse({ name: 'c', image: 'i', readinessProbe }).readinessProbe
  assert.ok(parsed)
  return parsed
}

/** The verdicts that these answers lead to, each with the number of the answer that caused it. */
async function verdicts(answers: string, thresholds: readonly [failure: number, success: number], before: boolean): Promise<string[]> {
  const stop = new AbortController()
  const told: string[] = []
  let asked = 0
  const ask = (): Promise<boolean> => {
    const answer = answers[asked] === '+'
    asked += 1
    if (asked > answers.length) stop.abort()
    return Promise.resolve(answer)
  }
  await watchProbe({
    spec: spec(...thresholds),
    ask,
    before,
    onVerdict: (good) => told.push(`${good ? '+' : '-'}${asked}`),
    signal: stop.signal,
  })
  return told
}

test('a verdict changes only after as many like answers in a row as the threshold says', async () => {
  assert.deepEqual(await verdicts('++--+---++', [3, 1], false), ['+1', '-8', '+9'])
  assert.deepEqual(await verdicts('+-++--', [2, 2], false), ['+4', '-6'])
})

test('liveness begins alive: only failures are told', async () => {
  assert.deepEqual(await verdicts('++-+---', [3, 1], true), ['-7'])
})
