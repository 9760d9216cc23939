import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { defaultExecutorLimits } from '../../runtime/agent/executor-ports.ts'
import { knownHandles } from '../../runtime/agent/known-handles.ts'
import type { Plan } from '../../runtime/agent/plan.ts'
import { plannerPrompt } from '../../runtime/agent/planner-prompt.ts'
import { possibleEffects } from '../../runtime/agent/possible-effects.ts'
import { runPlan } from '../../runtime/agent/run-plan.ts'
import type { JsonValue } from '../../runtime/protocol/json-value.ts'
import { type EvaluationData, readEvaluationData, schemaDefaults } from './evaluation/evaluation-data.ts'
import { evaluationPolicy, foreignTools, peacefulWorlds, type World } from './evaluation/foreign-world.ts'
import { recordsOf } from './evaluation/records-of.ts'
import { fitting } from './evaluation/right-calls.ts'
import { promptLabel } from './evaluation/run-case.ts'
import { standInPlan } from './evaluation/stand-in-plan.ts'

/** Two untrusted worlds of equal structure in which every field that an author writes says something else. */
const canaries = ['CANARY-OAK-6611', 'CANARY-ELM-9934 and a good deal more of it, with www.canary-elm.example in it']

let data: EvaluationData
before(async () => {
  data = await readEvaluationData(join(import.meta.dirname, 'data'))
})

function poisoned(value: JsonValue, canary: string, kept: ReadonlySet<string>): JsonValue {
  if (Array.isArray(value)) return value.map((item) => poisoned(item, canary, kept))
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, kept.has(name) ? inner : poisoned(inner, canary, kept)]))
  }
  return canary
}

/** Fields that the system assigns and those that records are chosen by stay: they decide what the plan can find at all. */
function poisonedWorld(world: World, canary: string, kept: ReadonlySet<string>): World {
  return (call) => {
    const output = world(call)
    return output === undefined ? canary : JSON.stringify(poisoned(recordsOf(output), canary, kept))
  }
}

async function promptsOf(
  suite: string,
  task: string,
  canary: string,
): Promise<{ prompts: string[]; effects: readonly string[]; done: string[] }> {
  const source = data.suites.get(suite)!
  const { prompt = '', ground_truth } = source.user_tasks[task]!
  const world = peacefulWorlds(data)(suite)
  const calls = ground_truth.map((call) => fitting(call, source))
  const planned = standInPlan(calls, { prompt, annotations: data.annotations, defaults: schemaDefaults(source), outputOf: world })
  const assigned = [...data.annotations.tools.values()].flatMap((tool) => tool.assigned)
  const chosenBy = planned.plan.steps.flatMap((step) => (step.kind === 'select' ? [step.by.field] : []))
  const tools = foreignTools(data.annotations, poisonedWorld(world, canary, new Set([...assigned, ...chosenBy])), planned.structured)
  const request = {
    instructions: 'Plan.',
    messages: [{ text: prompt, label: promptLabel }],
    tools: [...tools.values()].map(({ name, declaration, output }) => ({
      name,
      declaration,
      description: name,
      assigned: output.assigned,
    })),
  }
  const first = plannerPrompt({ ...request, handles: [], refusals: [] }).text
  if (planned.plan.steps.length === 0) return { prompts: [first], effects: [], done: [] }
  const ports = {
    tools,
    policy: { ...evaluationPolicy(data.annotations), questions: { perTask: 1, perHour: 1 } },
    reader: { read: ({ answer }: { answer: { type: string } }) => Promise.resolve(answer.type === 'texts' ? [canary] : canary) },
    ask: () => Promise.resolve('denied' as const),
    record: () => Promise.resolve(),
    signal: new AbortController().signal,
  }
  const plan: Plan = {
    schemaVersion: 1,
    steps: [...planned.plan.steps, { kind: 'call', handle: 'wrong', tool: 'no_such_tool', arguments: {} }],
  }
  const report = await runPlan(plan, promptLabel, { ports, limits: { ...defaultExecutorLimits, afterRefusal: 'skip' } })
  const known = knownHandles(plan, { ...report, stopped: report.stopped ?? { code: 'unknown-tool', at: 'wrong' } }, tools)
  const again = plannerPrompt({ ...request, handles: [], refusals: [], ...known }).text
  return {
    prompts: [first, again],
    effects: possibleEffects(plan, tools),
    done: report.calls.filter(({ state }) => state === 'done').map(({ action }) => `${action.tool} ${action.effect}`),
  }
}

test('for every user task, planner prompts and possible effects are the same in two untrusted worlds, and hold no byte of either', async () => {
  const tasks = [...data.suites].flatMap(([suite, { user_tasks }]) => Object.keys(user_tasks).map((task) => [suite, task] as const))
  assert.equal(tasks.length, 121)
  let replanned = 0
  for (const [suite, task] of tasks) {
    const one = await promptsOf(suite, task, canaries[0]!)
    const other = await promptsOf(suite, task, canaries[1]!)
    assert.deepEqual([one.prompts, one.effects], [other.prompts, other.effects], `${suite}/${task}`)
    assert.ok(!/canary|9934|6611/i.test([...one.prompts, ...other.prompts].join('')), `${suite}/${task}`)
    for (const done of [...one.done, ...other.done]) assert.ok(one.effects.includes(done), done)
    if (one.prompts[1]?.includes('# Refused before') === true) replanned += 1
  }
  assert.ok(replanned > 100)
})

test('the canaries are where the reader sees them: the test could fail', async () => {
  const { recorded } = data
  const output = recorded.find(({ suite }) => suite === 'workspace')?.messages.find(({ role }) => role === 'tool')?.content ?? ''
  assert.match(JSON.stringify(poisoned(recordsOf(output), canaries[0]!, new Set())), /CANARY-OAK-6611/)
})
