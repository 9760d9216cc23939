import { cpus, loadavg } from 'node:os'
import { defaultExecutorLimits } from '../../runtime/agent/executor-ports.ts'
import type { Plan } from '../../runtime/agent/plan.ts'
import { runPlan } from '../../runtime/agent/run-plan.ts'
import { decide } from '../../runtime/policy/decide.ts'
import { emptyContext } from '../../runtime/policy/decision-context.ts'
import { actionDigest } from '../../runtime/policy/action-digest.ts'
import type { PolicyData } from '../../runtime/policy/policy-data.ts'
import { examplePorts, words } from '../support/agent/example-tools.ts'
import { action, argument, policyFor, untrusted } from '../support/policy/example-action.ts'

const rounds = 10_000
const warmUp = 2000

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

function report(what: string, timesMs: readonly number[]): void {
  const sorted = timesMs.toSorted((a, b) => a - b)
  const micro = (share: number): string => `${(1000 * quantile(sorted, share)).toFixed(1)} µs`
  console.log(`${what.padEnd(66)} P50 ${micro(0.5).padStart(10)}   P95 ${micro(0.95).padStart(10)}   P99 ${micro(0.99).padStart(10)}`)
}

function compare(what: string, run: () => unknown): void {
  const times: number[] = []
  for (let round = 0; round < rounds + warmUp; round += 1) {
    const started = performance.now()
    run()
    if (round >= warmUp) times.push(performance.now() - started)
  }
  report(what, times)
}

const judged = action('egress', [
  argument('to', 'destination', ['p1@example.org', 'p2@example.org', 'p3@example.org'], untrusted),
  argument('subject', 'content', 'Minutes'),
  argument('body', 'content', 'x'.repeat(4096), untrusted),
])
const listed = (count: number): PolicyData['destinations'] =>
  Array.from({ length: count }, (_, index) => ({ id: `p${String(count - index)}@example.org`, clearance: 'internal' as const }))
const small = policyFor(judged, {}, { destinations: listed(100) })
const large = policyFor(judged, {}, { destinations: listed(10_000) })

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, ${String(rounds)} rounds, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
)
compare('decide: e-mail of 4 KiB to 3 listed of 100', () => decide(judged, emptyContext, small))
compare('decide: the same, 10,000 listed', () => decide(judged, emptyContext, large))
compare('decide: unlisted, asks', () => decide(judged, emptyContext, policyFor(judged)))
compare('decide: approved, digest of 4 KiB checked', () =>
  decide(judged, { ...emptyContext, approved: actionDigest(judged) }, policyFor(judged)),
)

const steps = Array.from({ length: 20 }, (_, index) => ({
  kind: 'call' as const,
  handle: `n${String(index)}`,
  tool: 'notes.write',
  arguments: { text: { kind: 'literal' as const, value: 'x' } },
}))
const plan: Plan = { schemaVersion: 1, steps }
const perStep: number[] = []
for (let round = 0; round < 500; round += 1) {
  const { ports } = examplePorts()
  const started = performance.now()
  await runPlan(plan, words, { ports, limits: defaultExecutorLimits })
  if (round >= 100) perStep.push((performance.now() - started) / steps.length)
}
report('executor: overhead per step, 20 writes, tools that do nothing', perStep)
