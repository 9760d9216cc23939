import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { checkPlan } from '../../runtime/agent/check-plan.ts'
import { defaultExecutorLimits } from '../../runtime/agent/executor-ports.ts'
import { planSchema } from '../../runtime/agent/plan.ts'
import { runPlan } from '../../runtime/agent/run-plan.ts'
import { unknownLabel } from '../../runtime/policy/label-lattice.ts'
import type { JsonValue } from '../../runtime/protocol/json-value.ts'
import type { Label } from '../../runtime/protocol/label.ts'
import { examplePorts, exampleTool } from '../support/agent/example-tools.ts'
import { planArbitrary, sourceTools } from '../support/agent/plan-arbitrary.ts'
import { Reference, type ReferenceWorld, wordsOrigin } from '../support/agent/reference-labels.ts'
import { labelArbitrary } from '../support/policy/arbitraries.ts'

const rows: JsonValue = [
  { id: '1', body: 'x' },
  { id: '2', body: 'y' },
]
const readings: Record<string, JsonValue> = { text: 'x', texts: ['x', 'y'], boolean: true, choice: 'p', number: 3 }

/** Labels of all origins: those of the plan's words and tools, each also as if vouched for, and of steps that were refused. */
function originLabels(base: ReadonlyMap<string, Label>, handles: readonly string[]): ReadonlyMap<string, Label> {
  const refused = handles.map((handle) => [`unknown ${handle}`, unknownLabel(`step:${handle}`)] as const)
  const all = [...base, ...refused]
  return new Map([...all, ...all.map(([name, label]) => [`trusted ${name}`, { ...label, integrity: 'trusted' as const }] as const)])
}

function handlesIn(plan: JsonValue): readonly string[] {
  return [...new Set([...JSON.stringify(plan).matchAll(/"handle":"(\w+)"/g)].map(([, handle]) => handle ?? ''))]
}

test('on random plans the executor’s labels are those of an independent reference', async () => {
  let calls = 0
  await fc.assert(
    fc.asyncProperty(
      planArbitrary,
      fc.array(labelArbitrary, { minLength: 5, maxLength: 5 }),
      fc.integer({ min: 0, max: 6 }),
      async (plan, labels, bits) => {
        const names = [wordsOrigin, ...sourceTools, 'put']
        const base = new Map(names.map((name, index) => [name, labels[index]!]))
        const answers = new Map([
          ['src.a', { data: rows, fixed: ['id'], effect: 'read' as const }],
          ['src.b', { data: { id: '7', body: 'x' }, fixed: ['id'], effect: 'read' as const }],
          ['src.c', { data: 'x', fixed: [], effect: 'read' as const }],
          ['put', { data: { id: '9', body: 'z' }, fixed: ['id'], effect: 'write' as const }],
        ])
        const world: ReferenceWorld = {
          labels: originLabels(base, handlesIn(JSON.parse(JSON.stringify(plan)) as JsonValue)),
          answers,
          readings,
          steeringBits: bits,
        }
        const tools = [...answers].map(([name, { data, fixed, effect }]) =>
          exampleTool(name, { effect, arguments: { q: 'selector', c: 'content' } }, data, { label: base.get(name)!, assigned: fixed }),
        )
        const { ports } = examplePorts({ reader: { read: ({ answer }) => Promise.resolve(readings[answer.type]) } }, tools)
        const policy = { ...ports.policy, caps: { task: {}, day: {} } }
        const limits = { ...defaultExecutorLimits, steeringBits: bits, afterRefusal: 'skip' as const }
        const report = await runPlan(planSchema.parse(plan), base.get(wordsOrigin)!, { ports: { ...ports, policy }, limits })
        const reference = new Reference(plan, world)
        assert.deepEqual(
          Object.fromEntries([...report.values].map(([name, { label, data }]) => [name, { label: { ...label }, data }])),
          Object.fromEntries([...reference.flows].map(([name, flow]) => [name, { label: reference.label(flow), data: flow.data }])),
        )
        assert.deepEqual(
          report.calls.map(({ action }) => ({ ...action.control })),
          reference.controls.map((label) => ({ ...label })),
        )
        calls += report.calls.length
      },
    ),
    { numRuns: 10_000 },
  )
  assert.ok(calls > 5000, String(calls))
})

test('random plans pass the check', () => {
  const tools = new Map([...sourceTools, 'put'].map((name) => [name, ['q', 'c']]))
  fc.assert(
    fc.property(planArbitrary, (plan) => {
      assert.deepEqual(checkPlan(plan, tools), [])
    }),
    { numRuns: 1000 },
  )
})
