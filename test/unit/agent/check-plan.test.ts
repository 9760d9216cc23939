import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPlan } from '../../../runtime/agent/check-plan.ts'
import { type Plan, planSchema, type Step } from '../../../runtime/agent/plan.ts'

const tools = new Map([['a.read', ['q']]])
const use = (handle: string) => ({ kind: 'handle', handle }) as const
const call = (handle: string, given: Record<string, ReturnType<typeof use>> = {}): Step => ({
  kind: 'call',
  handle,
  tool: 'a.read',
  arguments: given,
})
const answer = (handle: string): Step => ({ kind: 'answer', parts: [{ kind: 'text', parts: [use(handle)] }] })

function faults(...steps: Step[]): string[] {
  const plan: Plan = { schemaVersion: 1, steps }
  return checkPlan(plan, tools).map(({ code, what }) => `${code} ${what}`)
}

test('a plan that uses what it was given has no fault', () => {
  const record: Step = {
    kind: 'answer',
    parts: [
      { kind: 'record', fields: { f: { kind: 'list', items: [use('a')] } } },
      { kind: 'literal', value: 1 },
    ],
  }
  assert.deepEqual(faults(call('a'), call('b', { q: use('a') }), record), [])
})

test('unknown tools, arguments and handles are found, with their names', () => {
  const unknown: Step = { kind: 'call', handle: 'x', tool: 'no.tool', arguments: {} }
  assert.deepEqual(faults(unknown, call('a', { z: use('x') }), answer('later'), call('later')), [
    'unknown-tool no.tool',
    'unknown-argument a.read.z',
    'unknown-handle later',
  ])
})

test('handles are looked for in every kind of step', () => {
  const read: Step = { kind: 'read', handle: 'r', question: 'q', inputs: [use('n1')], answer: { type: 'boolean' } }
  const equals: Step = { kind: 'select', handle: 's', from: use('n2'), by: { way: 'equals', field: 'f', value: use('n3') } }
  const extreme: Step = { kind: 'select', handle: 't', from: use('n4'), by: { way: 'extreme', field: 'f', which: 'least' } }
  const loop: Step = { kind: 'forEach', handle: 'l', item: 'i', over: use('n5'), limit: 1, steps: [answer('i')] }
  const branch: Step = { kind: 'if', condition: use('n6'), equals: 1, steps: [answer('n7')], otherwise: [answer('n8')] }
  assert.deepEqual(
    faults(read, equals, extreme, loop, branch),
    ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8'].map((name) => `unknown-handle ${name}`),
  )
})

test('what a branch or a loop gives is not known after it, since it may not have run; what the loop gathers is', () => {
  const loop: Step = { kind: 'forEach', handle: 'l', item: 'i', over: use('a'), limit: 1, steps: [call('inner'), answer('inner')] }
  const branch: Step = { kind: 'if', condition: use('a'), equals: 1, steps: [call('t'), answer('t')], otherwise: [call('o'), answer('o')] }
  assert.deepEqual(faults(call('a'), loop, branch, answer('l')), [])
  assert.deepEqual(
    faults(call('a'), loop, branch, answer('inner'), answer('i'), answer('t'), answer('o')),
    ['inner', 'i', 't', 'o'].map((name) => `unknown-handle ${name}`),
  )
})

test('a handle given twice is a fault, wherever', () => {
  const loop: Step = { kind: 'forEach', handle: 'l', item: 'a', over: use('a'), limit: 1, steps: [answer('a')] }
  assert.deepEqual(faults(call('a'), call('a'), loop), ['repeated-handle a', 'repeated-handle a'])
})

test('steps inside loops count towards the limit', () => {
  const many = Array.from({ length: 63 }, (_, index) => call(`c${String(index)}`))
  const loop: Step = { kind: 'forEach', handle: 'l', item: 'i', over: use('c0'), limit: 1, steps: [answer('i')] }
  assert.deepEqual(faults(...many, answer('c0')), [])
  assert.deepEqual(faults(...many, loop), ['too-many-steps answer'])
})

test('a plan of another shape is not parsed', () => {
  const bad: unknown[] = [
    { schemaVersion: 2, steps: [call('a')] },
    { schemaVersion: 1, steps: [] },
    { schemaVersion: 1, steps: [{ ...call('a'), extra: 1 }] },
    { schemaVersion: 1, steps: [call('$a')] },
    { schemaVersion: 1, steps: [{ kind: 'shell', handle: 'a', command: 'x' }] },
    { schemaVersion: 1, steps: [{ kind: 'forEach', handle: 'l', item: 'i', over: use('a'), limit: 51, steps: [call('b')] }] },
  ]
  for (const one of bad) assert.equal(planSchema.safeParse(one).success, false)
  assert.equal(planSchema.safeParse({ schemaVersion: 1, steps: [call('a')] }).success, true)
})
