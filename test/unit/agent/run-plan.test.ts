import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultExecutorLimits, type ExecutorPorts } from '../../../runtime/agent/executor-ports.ts'
import { type CallStep, type Expression, type Plan, planSchema, type Step } from '../../../runtime/agent/plan.ts'
import { runPlan, type RunReport } from '../../../runtime/agent/run-plan.ts'
import type { JsonValue } from '../../../runtime/protocol/json-value.ts'
import { exampleTool, exampleTools, examplePorts, mailLabel, words } from '../../support/agent/example-tools.ts'

const literal = (value: JsonValue) => ({ kind: 'literal', value }) as const
const handle = (name: string, ...path: string[]) => ({ kind: 'handle', handle: name, ...(path.length === 0 ? {} : { path }) }) as const
const list: Step = { kind: 'call', handle: 'm', tool: 'mail.list', arguments: { query: literal('x') } }
const send = (to: Expression, body: Expression = literal('hi')): CallStep => ({
  kind: 'call',
  handle: 's',
  tool: 'mail.send',
  arguments: { to, body },
})
const remove = (id: ReturnType<typeof handle>): Step => ({ kind: 'call', handle: 'd', tool: 'mail.delete', arguments: { id } })

function plan(...steps: Step[]): Plan {
  return planSchema.parse({ schemaVersion: 1, steps })
}

function run(steps: readonly Step[], ports: ExecutorPorts, limits = {}): Promise<RunReport> {
  return runPlan(plan(...steps), words, { ports, limits: { ...defaultExecutorLimits, ...limits } })
}

function states(report: RunReport): string[] {
  return report.calls.map((call) => `${call.action.tool} ${call.state}${call.asked === undefined ? '' : ` ${call.asked}`}`)
}

test('what the planner says itself runs without a question, and is recorded before and after', async () => {
  const { ports, seen } = examplePorts()
  const report = await run([send(literal('bob@example.org'))], ports)
  assert.deepEqual(states(report), ['mail.send done'])
  assert.deepEqual(
    seen.events.map(({ kind }) => kind),
    ['intent', 'outcome'],
  )
  assert.equal(report.stopped, undefined)
})

test('a destination that the reader found asks; a no ends the plan and nothing is sent', async () => {
  const { ports, seen } = examplePorts({ answer: 'eve@example.com' })
  const read: Step = { kind: 'read', handle: 'r', question: 'who?', inputs: [handle('m')], answer: { type: 'text', limit: 99 } }
  const report = await run([list, read, send(handle('r')), send(literal('bob'))], ports)
  assert.deepEqual(states(report), ['mail.list done', 'mail.send refused denied'])
  assert.deepEqual(report.stopped, { code: 'untrusted-destination', at: 's' })
  assert.deepEqual(
    seen.questions.map((question) => question.kind === 'datum' && question.data),
    [['eve@example.com']],
  )
  assert.deepEqual(
    seen.events.map(({ kind }) => kind),
    ['intent', 'outcome', 'refusal'],
  )
})

test('a yes to a datum lets the call run and is remembered for the task', async () => {
  const { ports, seen } = examplePorts({ answer: 'eve@example.com', word: 'approved' })
  const read: Step = { kind: 'read', handle: 'r', question: 'who?', inputs: [handle('m')], answer: { type: 'text', limit: 99 } }
  const again = { ...send(handle('r')), handle: 'again' }
  const report = await run([list, read, send(handle('r')), again], ports)
  assert.deepEqual(states(report), ['mail.list done', 'mail.send done approved', 'mail.send done'])
  assert.equal(seen.questions.length, 1)
})

test('the record whose subject the person names is chosen by trusted code, and its id needs no question', async () => {
  const { ports, seen } = examplePorts()
  const select: Step = { kind: 'select', handle: 'x', from: handle('m'), by: { way: 'equals', field: 'subject', value: literal('lunch') } }
  const report = await run([list, select, remove(handle('x', 'id'))], ports)
  assert.deepEqual(states(report), ['mail.list done', 'mail.delete done'])
  assert.deepEqual(seen.questions, [])
  assert.deepEqual(report.calls[1]?.action.arguments[0]?.value, '1')
})

test('any other field of the record, and an id chosen by untrusted means, asks', async () => {
  const named: Step = { kind: 'select', handle: 'x', from: handle('m'), by: { way: 'equals', field: 'subject', value: literal('Lunch') } }
  const byText: Step = { kind: 'select', handle: 'x', from: handle('m'), by: { way: 'extreme', field: 'body', which: 'greatest' } }
  const read: Step = { kind: 'read', handle: 'r', question: 'which?', inputs: [handle('m')], answer: { type: 'text', limit: 99 } }
  const byRead: Step = { kind: 'select', handle: 'x', from: handle('m'), by: { way: 'equals', field: 'subject', value: handle('r') } }
  for (const steps of [
    [list, named, remove(handle('x', 'sender'))],
    [list, byText, remove(handle('x', 'id'))],
    [list, read, byRead, remove(handle('x', 'id'))],
    [list, remove(handle('m', 'id'))],
  ]) {
    const { ports, seen } = examplePorts({ answer: 'Offer' })
    await run(steps, ports)
    assert.equal(seen.questions.length, 1)
  }
})

test('the record with the greatest or least of a field that the system assigns is chosen on trusted grounds', async () => {
  for (const [which, id] of [
    ['greatest', '2'],
    ['least', '1'],
  ] as const) {
    const { ports, seen } = examplePorts()
    const select: Step = { kind: 'select', handle: 'x', from: handle('m'), by: { way: 'extreme', field: 'size', which } }
    const report = await run([list, select, remove(handle('x', 'id'))], ports)
    assert.equal(report.calls[1]?.action.arguments[0]?.value, id)
    assert.deepEqual(seen.questions, [])
  }
})

test('two records of one name, or none, end the plan: nothing is guessed', async () => {
  const twins = exampleTool(
    'mail.list',
    { effect: 'read', arguments: { query: 'selector' } },
    [
      { id: '1', subject: 'A' },
      { id: '2', subject: ' a' },
    ],
    {
      assigned: ['id'],
    },
  )
  const tools = [twins, ...exampleTools.slice(1)]
  const select = (name: string): Step => ({
    kind: 'select',
    handle: 'x',
    from: handle('m'),
    by: { way: 'equals', field: 'subject', value: literal(name) },
  })
  assert.equal((await run([list, select('A')], examplePorts({}, tools).ports)).stopped?.code, 'several-match')
  assert.equal((await run([list, select('B')], examplePorts({}, tools).ports)).stopped?.code, 'nothing-matches')
  const none: Step = { kind: 'select', handle: 'x', from: handle('m'), by: { way: 'extreme', field: 'age', which: 'least' } }
  assert.equal((await run([list, none], examplePorts({}, tools).ports)).stopped?.code, 'nothing-matches')
})

test('what a search by untrusted words finds is not chosen on trusted grounds', async () => {
  const read: Step = { kind: 'read', handle: 'r', question: 'which?', inputs: [handle('m')], answer: { type: 'text', limit: 99 } }
  const again: Step = { kind: 'call', handle: 'n', tool: 'mail.list', arguments: { query: handle('r') } }
  const select: Step = { kind: 'select', handle: 'x', from: handle('n'), by: { way: 'equals', field: 'subject', value: literal('Lunch') } }
  const { ports, seen } = examplePorts()
  await run([list, read, again, select, remove(handle('x', 'id'))], ports)
  assert.equal(seen.questions.length, 1)
})

test('the id of what the plan itself wrote needs no question, though untrusted text went into it', async () => {
  const write: Step = { kind: 'call', handle: 'w', tool: 'notes.write', arguments: { text: handle('m') } }
  const { ports, seen } = examplePorts()
  const report = await run([list, write, remove(handle('w', 'id'))], ports)
  assert.deepEqual(states(report).at(-1), 'mail.delete done')
  assert.deepEqual(seen.questions, [])
})

test('a bounded answer may choose a branch until its bits are spent; free text never may', async () => {
  const bounded: Step = { kind: 'read', handle: 'r', question: 'busy?', inputs: [handle('m')], answer: { type: 'boolean' } }
  const branch: Step = { kind: 'if', condition: handle('r'), equals: true, steps: [send(literal('bob'))], otherwise: [] }
  const free = examplePorts({ answer: true })
  assert.deepEqual(states(await run([list, bounded, branch], free.ports)), ['mail.list done', 'mail.send done'])
  const spent = examplePorts({ answer: true })
  assert.equal((await run([list, bounded, branch], spent.ports, { steeringBits: 0 })).stopped?.code, 'untrusted-control')
  const text: Step = { kind: 'read', handle: 'r', question: 'busy?', inputs: [handle('m')], answer: { type: 'text', limit: 9 } }
  const textBranch: Step = { kind: 'if', condition: handle('r'), equals: 'yes', steps: [send(literal('bob'))], otherwise: [] }
  assert.equal((await run([list, text, textBranch], examplePorts({ answer: 'yes' }).ports)).stopped?.code, 'untrusted-control')
  const other = examplePorts({ answer: false })
  assert.deepEqual(states(await run([list, bounded, branch], other.ports)), ['mail.list done'])
})

test('an answer of bounded form is still no destination', async () => {
  const read: Step = {
    kind: 'read',
    handle: 'r',
    question: 'who?',
    inputs: [handle('m')],
    answer: { type: 'choice', options: ['bob', 'eve'] },
  }
  const { ports, seen } = examplePorts({ answer: 'eve' })
  await run([list, read, send(handle('r'))], ports)
  assert.equal(seen.questions[0]?.verdict.code, 'untrusted-destination')
})

test('an answer out of form ends the plan', async () => {
  for (const [answer, type] of [
    ['maybe', { type: 'boolean' }],
    ['carol', { type: 'choice', options: ['bob', 'eve'] }],
    [11, { type: 'number', least: 0, most: 10 }],
    [1.5, { type: 'number', least: 0, most: 10 }],
    ['xx', { type: 'text', limit: 1 }],
    [['a', 'b'], { type: 'texts', limit: 5, most: 1 }],
    [undefined, { type: 'text', limit: 1 }],
  ] as const) {
    const read = { kind: 'read', handle: 'r', question: 'q', inputs: [], answer: type } as Step
    assert.deepEqual((await run([read], examplePorts({ answer: answer ?? null }).ports)).stopped, { code: 'answer-out-of-form', at: 'r' })
  }
})

test('a loop asks once for all that it will need, and each round gets its own item', async () => {
  const read: Step = { kind: 'read', handle: 'r', question: 'who?', inputs: [handle('m')], answer: { type: 'texts', limit: 99, most: 5 } }
  const inner = {
    kind: 'call',
    handle: 's',
    tool: 'mail.send',
    arguments: { to: { kind: 'list', items: [handle('i')] }, body: literal('hi') },
  } as const
  const loop: Step = { kind: 'forEach', handle: 'l', item: 'i', over: handle('r'), limit: 3, steps: [inner] }
  const { ports, seen } = examplePorts({ answer: ['a@x.org', 'b@x.org', 'c@x.org', 'd@x.org'], word: 'approved' })
  const report = await run([list, read, loop], ports)
  assert.deepEqual(
    report.calls.slice(1).map(({ action }) => action.arguments[0]?.value),
    [['a@x.org'], ['b@x.org'], ['c@x.org']],
  )
  assert.deepEqual(
    seen.questions.map((question) => question.kind === 'datum' && question.data),
    [['a@x.org', 'b@x.org', 'c@x.org']],
  )
  assert.deepEqual(report.values.get('l')?.data, ['sent', 'sent', 'sent'])
})

test('a question shows at most eight data', async () => {
  const read: Step = { kind: 'read', handle: 'r', question: 'who?', inputs: [handle('m')], answer: { type: 'texts', limit: 99, most: 50 } }
  const loop: Step = { kind: 'forEach', handle: 'l', item: 'i', over: handle('r'), limit: 50, steps: [send(handle('i'))] }
  const { ports, seen } = examplePorts({ answer: Array.from({ length: 9 }, (_, index) => `p${String(index)}`), word: 'approved' })
  await run([list, read, loop], ports)
  assert.deepEqual(
    seen.questions.map((question) => question.kind === 'datum' && question.data.length),
    [1, 1, 1],
  )
})

test('looping over what is no list ends the plan', async () => {
  const loop: Step = { kind: 'forEach', handle: 'l', item: 'i', over: literal('x'), limit: 3, steps: [list] }
  assert.deepEqual((await run([loop], examplePorts().ports)).stopped, { code: 'not-a-list', at: 'l' })
})

test('a call that untrusted content and a doubtful destination both stand against is asked about as one action', async () => {
  const { ports, seen } = examplePorts({ answer: 'see www.example.com' })
  const read: Step = { kind: 'read', handle: 'r', question: 'who?', inputs: [handle('m')], answer: { type: 'text', limit: 99 } }
  await run([list, read, send(handle('r'), handle('r'))], ports)
  assert.equal(seen.questions[0]?.kind, 'action')
})

test('an object that changed between question and answer voids the approval', async () => {
  let etag = 0
  const shifting = {
    ...exampleTool('mail.delete', { effect: 'destructive', arguments: { id: 'selector' } }, 'deleted'),
    object: () => Promise.resolve({ id: 'x', etag: String((etag += 1)) }),
  }
  const askAction = { ...shifting, declaration: { ...shifting.declaration, alwaysAsk: true } }
  const { ports } = examplePorts({ word: 'approved' }, [...exampleTools.slice(0, 2), askAction])
  const report = await run([{ kind: 'call', handle: 'd', tool: 'mail.delete', arguments: { id: literal('1') } }], ports)
  assert.deepEqual(states(report), ['mail.delete refused changed'])
  const steady = { ...askAction, object: () => Promise.resolve({ id: 'x', etag: 'same' }) }
  const calm = examplePorts({ word: 'approved' }, [...exampleTools.slice(0, 2), steady])
  const again = await run([{ kind: 'call', handle: 'd', tool: 'mail.delete', arguments: { id: literal('1') } }], calm.ports)
  assert.deepEqual(states(again), ['mail.delete done approved'])
})

test('an unknown tool is refused, and a tool that fails or throws is an answer', async () => {
  const { ports, seen } = examplePorts({}, [
    exampleTool('a.fails', { effect: 'read', arguments: {} }, () => ({ state: 'failed', code: 'not-found', message: 'x' })),
    exampleTool('a.throws', { effect: 'read', arguments: {} }, () => {
      throw new Error('boom')
    }),
  ])
  const call = (tool: string): Step => ({ kind: 'call', handle: 'c', tool, arguments: {} })
  assert.deepEqual((await run([call('no.tool')], ports)).stopped, { code: 'unknown-tool', at: 'c' })
  assert.deepEqual((await run([call('a.fails')], ports)).stopped, { code: 'not-found', at: 'c' })
  assert.deepEqual((await run([call('a.throws')], ports)).stopped, { code: 'tool-failed', at: 'c' })
  assert.equal(seen.events.filter(({ kind }) => kind === 'outcome').length, 2)
})

test('when the intent cannot be recorded the call is not made', async () => {
  let made = 0
  const tool = exampleTool('mail.send', { effect: 'egress', arguments: { to: 'destination', body: 'content' } }, () => {
    made += 1
    return { state: 'done', data: null }
  })
  const { ports } = examplePorts({ record: () => Promise.reject(new Error('disk full')) }, [tool])
  await assert.rejects(run([send(literal('bob'))], ports), /disk full/)
  assert.equal(made, 0)
})

test('cancellation, the number of steps and skipped refusals are kept', async () => {
  const controller = new AbortController()
  controller.abort()
  assert.deepEqual((await run([list], examplePorts({ signal: controller.signal }).ports)).stopped, { code: 'cancelled', at: 'm' })
  assert.deepEqual((await run([list, send(literal('bob'))], examplePorts().ports, { steps: 1 })).stopped, {
    code: 'too-many-steps',
    at: 's',
  })
  const skipped = await run([list, remove(handle('m', 'id')), send(literal('bob'))], examplePorts().ports, { afterRefusal: 'skip' })
  assert.deepEqual(states(skipped), ['mail.list done', 'mail.delete refused denied', 'mail.send done'])
  assert.equal(skipped.values.get('d')?.label.integrity, 'untrusted')
})

test('caps count the calls of a task', async () => {
  const { ports } = examplePorts()
  const policy = { ...ports.policy, caps: { task: { egress: 1 }, day: {} } }
  const report = await run([send(literal('bob')), { ...send(literal('bob')), handle: 't' }], { ...ports, policy })
  assert.deepEqual(report.stopped, { code: 'cap-of-task', at: 't' })
})

test('an answer keeps the label of each of its parts', async () => {
  const answer: Step = { kind: 'answer', parts: [literal('They wrote:'), handle('m', 'body')] }
  const report = await run([list, answer], examplePorts().ports)
  assert.deepEqual(
    report.reply.map(({ label }) => label.integrity),
    ['trusted', 'untrusted'],
  )
})

test('a record’s result label joins the tool’s, the arguments’ and what the result says of itself', async () => {
  const secret = exampleTool('files.read', { effect: 'read', arguments: {} }, () => ({
    state: 'done',
    data: 'x',
    label: { integrity: 'trusted', sensitivity: 'sensitive', readers: ['alice'], sources: ['file:1'] },
  }))
  const report = await run([{ kind: 'call', handle: 'f', tool: 'files.read', arguments: {} }], examplePorts({}, [secret]).ports)
  assert.deepEqual(report.values.get('f')?.label, {
    integrity: 'untrusted',
    sensitivity: 'sensitive',
    readers: ['alice'],
    sources: ['file:1', ...mailLabel.sources, ...words.sources],
  })
})
