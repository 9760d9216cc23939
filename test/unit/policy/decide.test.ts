import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionDigest } from '../../../runtime/policy/action-digest.ts'
import { decide } from '../../../runtime/policy/decide.ts'
import { type DecisionContext, emptyContext } from '../../../runtime/policy/decision-context.ts'
import { defaultPolicy } from '../../../runtime/policy/default-policy.ts'
import { endorsementKey } from '../../../runtime/policy/endorsement-key.ts'
import type { PolicyData } from '../../../runtime/policy/policy-data.ts'
import type { Action } from '../../../runtime/protocol/action.ts'
import type { Label } from '../../../runtime/protocol/label.ts'
import { action, argument, policyFor, trusted, untrusted } from '../../support/policy/example-action.ts'

function says(judged: Action, policy: PolicyData = policyFor(judged), context: DecisionContext = emptyContext): string {
  const { verdict, code, findings } = decide(judged, context, policy)
  return `${verdict} ${code} ${findings.find((finding) => finding.code === code)?.arguments.join(',') ?? ''}`.trim()
}

const send = (to: Label, body: Label = trusted, text = 'hello'): Action =>
  action('egress', [argument('to', 'destination', 'bob', to), argument('body', 'content', text, body)])

test('a declared call on trusted grounds runs without a question, whatever its effect', () => {
  for (const effect of ['read', 'write', 'egress', 'destructive'] as const) {
    assert.equal(says(action(effect, [argument('what', 'selector', 'x')])), 'allow permitted')
  }
})

test('the default policy knows no tool and denies it', () => {
  assert.equal(says(action('read', []), defaultPolicy), 'deny unknown-tool')
})

test('names that every object has are no tools and no arguments', () => {
  for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
    assert.equal(says(action('read', [], { tool: name }), defaultPolicy), 'deny unknown-tool')
    const judged = action('read', [argument(name, 'selector', 'x')])
    assert.equal(says(judged, policyFor(action('read', []))), `deny undeclared-argument ${name}`)
  }
})

test('a call that claims another effect than its tool declares is denied', () => {
  assert.equal(says(action('read', []), policyFor(action('egress', []))), 'deny effect-mismatch')
})

test('a call with an argument of another role, or one given twice, is denied', () => {
  const judged = action('egress', [argument('to', 'content', 'eve')])
  assert.equal(says(judged, policyFor(action('egress', [argument('to', 'destination', 'eve')]))), 'deny role-mismatch to')
  const twice = action('egress', [argument('to', 'destination', 'bob'), argument('to', 'destination', 'eve')])
  assert.equal(says(twice), 'deny repeated-argument to')
})

test('an effect that the policy leaves out is denied', () => {
  const judged = action('destructive', [])
  const { destructive: _, ...effects } = defaultPolicy.effects
  assert.equal(says(judged, policyFor(judged, {}, { effects })), 'deny effect-not-permitted')
})

test('untrusted destinations, selectors and amounts of egress ask; untrusted content does not', () => {
  const judged = (role: 'destination' | 'selector' | 'quantity' | 'content'): Action =>
    action('egress', [argument('to', 'destination', 'bob'), argument('what', role, 'x', untrusted)])
  assert.equal(says(judged('destination')), 'ask untrusted-destination what')
  assert.equal(says(judged('selector')), 'ask untrusted-selector what')
  assert.equal(says(judged('quantity')), 'ask untrusted-quantity what')
  assert.equal(says(judged('content')), 'allow permitted')
})

test('an untrusted value in any role of a destructive call asks', () => {
  for (const role of ['destination', 'selector', 'quantity', 'content'] as const) {
    assert.equal(says(action('destructive', [argument('what', role, 'x', untrusted)])), `ask untrusted-${role} what`)
  }
})

test('reading and writing take untrusted values without a question', () => {
  for (const effect of ['read', 'write'] as const) {
    assert.equal(says(action(effect, [argument('what', 'selector', 'x', untrusted)])), 'allow permitted')
  }
})

test('where untrusted text decided that a call be made, everything but reading asks', () => {
  assert.equal(says(action('read', [], { control: untrusted })), 'allow permitted')
  for (const effect of ['write', 'egress', 'destructive'] as const) {
    assert.equal(says(action(effect, [], { control: untrusted })), 'ask untrusted-control')
  }
})

test('an argument that says nothing needs nobody to vouch for it', () => {
  for (const value of [null, '', [], [null, '']]) {
    assert.equal(says(action('egress', [argument('cc', 'destination', value, untrusted)])), 'allow permitted')
  }
  assert.equal(says(action('egress', [argument('n', 'quantity', 0, untrusted)])), 'ask untrusted-quantity n')
  assert.equal(says(action('egress', [argument('n', 'selector', false, untrusted)])), 'ask untrusted-selector n')
})

test('a listed destination is trusted though untrusted text names it, but not as a selector', () => {
  const destinations = [{ id: 'bob', clearance: 'internal' as const }]
  const judged = send(untrusted)
  assert.equal(says(judged, policyFor(judged, {}, { destinations })), 'allow permitted')
  const chosen = action('egress', [argument('who', 'selector', 'bob', untrusted)])
  assert.equal(says(chosen, policyFor(chosen, {}, { destinations })), 'ask untrusted-selector who')
})

test('every one of several destinations must be listed', () => {
  const destinations = [{ id: 'bob@example.org', clearance: 'internal' as const }]
  const to = (value: string[]): Action => action('egress', [argument('to', 'destination', value, untrusted)])
  const all = to(['bob@example.org', 'Bob@Example.ORG'])
  const some = to(['bob@example.org', 'eve@example.com'])
  assert.equal(says(all, policyFor(all, {}, { destinations })), 'allow permitted')
  assert.equal(says(some, policyFor(some, {}, { destinations })), 'ask untrusted-destination to')
})

test('a destination that is not a text is never a listed one', () => {
  const judged = action('egress', [argument('to', 'destination', { id: 'bob' }, untrusted)])
  assert.equal(
    says(judged, policyFor(judged, {}, { destinations: [{ id: 'bob', clearance: 'internal' }] })),
    'ask untrusted-destination to',
  )
})

test('look-alikes and padded forms of a listed destination are other destinations', () => {
  const destinations = [
    { id: 'bob@example.org', clearance: 'internal' as const },
    { id: 'bob', clearance: 'internal' as const },
  ]
  for (const alike of [
    'bob@example.org ',
    'bob@example.org\u200B',
    'b\u043Eb',
    'ｂob',
    'BOB',
    'bob@example.org.',
    'bob@example.org,eve@x.com',
    'bob\u0000',
  ]) {
    const judged = action('egress', [argument('to', 'destination', alike, untrusted)])
    assert.equal(says(judged, policyFor(judged, {}, { destinations })), 'ask untrusted-destination to', alike)
  }
})

test('a datum that a person endorsed for the task asks no more, in that role and with that value only', () => {
  const endorsed = { ...emptyContext, endorsed: [endorsementKey('destination', 'bob')] }
  assert.equal(says(send(untrusted), policyFor(send(untrusted)), endorsed), 'allow permitted')
  const judged = action('egress', [argument('to', 'destination', 'bob', untrusted)])
  assert.equal(says(judged, policyFor(judged), endorsed), 'allow permitted')
  const other = action('egress', [argument('to', 'destination', 'bobby', untrusted)])
  assert.equal(says(other, policyFor(other), endorsed), 'ask untrusted-destination to')
  const selector = action('egress', [argument('to', 'selector', 'bob', untrusted)])
  assert.equal(says(selector, policyFor(selector), endorsed), 'ask untrusted-selector to')
  const both = action('egress', [argument('to', 'destination', ['bob', 'eve'], untrusted)])
  assert.equal(says(both, policyFor(both), endorsed), 'ask untrusted-destination to')
})

test('content goes only to those who could read it anyway', () => {
  const readers = (...ids: string[]): Label => ({ ...trusted, readers: ids })
  assert.equal(says(send(trusted, readers('bob'))), 'allow permitted')
  assert.equal(says(send(trusted, readers('alice'))), 'ask destination-not-a-reader body')
  const two = action('egress', [argument('to', 'destination', ['bob', 'eve']), argument('body', 'content', 'x', readers('bob'))])
  assert.equal(says(two), 'ask destination-not-a-reader body')
})

test('what a selector or an amount gives away counts as content', () => {
  const secret = { ...trusted, readers: ['alice'] }
  const judged = action('egress', [argument('to', 'destination', 'bob'), argument('file', 'selector', '7', secret)])
  assert.equal(says(judged), 'ask destination-not-a-reader file')
})

test('without a known destination only what all may read goes out', () => {
  const judged = (label: Label): Action => action('egress', [argument('body', 'content', 'x', label)])
  assert.equal(says(judged({ ...trusted, sensitivity: 'public' })), 'allow permitted')
  assert.equal(says(judged({ ...trusted, sensitivity: 'public', readers: ['bob'] })), 'ask destination-not-a-reader body')
  assert.equal(says(judged({ ...trusted, sensitivity: 'internal' })), 'allow permitted')
  assert.equal(says(judged({ ...trusted, sensitivity: 'sensitive' })), 'ask above-clearance body')
})

test('a tool’s fixed destination counts among the recipients', () => {
  const judged = action('egress', [argument('body', 'content', 'x', { ...trusted, readers: ['room'] })])
  assert.equal(says(judged, policyFor(judged, { destination: 'room' })), 'allow permitted')
  const sensitive = action('egress', [argument('body', 'content', 'x', { ...trusted, sensitivity: 'sensitive' })])
  assert.equal(says(sensitive, policyFor(sensitive, { destination: 'room' })), 'ask above-clearance body')
  const destinations = [{ id: 'room', clearance: 'sensitive' as const }]
  assert.equal(says(sensitive, policyFor(sensitive, { destination: 'room' }, { destinations })), 'allow permitted')
})

test('content goes no further than a destination is cleared for', () => {
  const judged = send(trusted, { ...trusted, sensitivity: 'sensitive' })
  assert.equal(says(judged), 'ask above-clearance body')
  assert.equal(says(judged, policyFor(judged, {}, { destinations: [{ id: 'bob', clearance: 'sensitive' }] })), 'allow permitted')
  const internal = send(trusted)
  assert.equal(says(internal, policyFor(internal, {}, { destinations: [{ id: 'bob', clearance: 'public' }] })), 'ask above-clearance body')
  assert.deepEqual(
    decide(send(untrusted), emptyContext, policyFor(send(untrusted))).findings.map(({ code }) => code),
    ['untrusted-destination', 'above-clearance'],
  )
})

test('an empty content has no readers to keep', () => {
  assert.equal(says(send(trusted, { ...trusted, readers: [] }, '')), 'allow permitted')
})

test('writing and destroying carry nothing out, so they keep no readers', () => {
  for (const effect of ['read', 'write', 'destructive'] as const) {
    const judged = action(effect, [argument('body', 'content', 'x', { ...trusted, readers: [], sensitivity: 'sensitive' })])
    assert.equal(says(judged), 'allow permitted')
  }
})

test('untrusted content with a link asks before it is sent; trusted links and written ones do not', () => {
  const text = 'see https://example.com/x'
  assert.equal(says(send(trusted, untrusted, text)), 'ask link-in-untrusted-content body')
  assert.equal(says(send(trusted, trusted, text)), 'allow permitted')
  assert.equal(says(action('write', [argument('body', 'content', text, untrusted)])), 'allow permitted')
  const selector = action('egress', [argument('x', 'selector', text), argument('to', 'destination', 'bob')])
  assert.equal(says(selector), 'allow permitted')
})

test('a tool that always asks does so on the best of grounds', () => {
  const judged = action('read', [])
  assert.equal(says(judged, policyFor(judged, { alwaysAsk: true })), 'ask always-asks')
  assert.equal(says(judged, policyFor(judged, { alwaysAsk: false })), 'allow permitted')
})

test('caps of a task and of a day refuse the call after the last one, and only for their effect', () => {
  const caps = { task: { egress: 2 }, day: { egress: 5, destructive: 0 } }
  const judged = send(trusted)
  const policy = policyFor(judged, {}, { caps })
  const spent = (task: number, day: number): DecisionContext => ({
    ...emptyContext,
    spent: { task: { egress: task }, day: { egress: day } },
  })
  assert.equal(says(judged, policy, spent(1, 4)), 'allow permitted')
  assert.equal(says(judged, policy, spent(2, 4)), 'deny cap-of-task')
  assert.equal(says(judged, policy, spent(1, 5)), 'deny cap-of-day')
  const destructive = action('destructive', [])
  assert.equal(says(destructive, policyFor(destructive, {}, { caps })), 'deny cap-of-day')
  const write = action('write', [])
  const many = { ...emptyContext, spent: { task: { write: 1e6 }, day: { write: 1e6 } } }
  assert.equal(says(write, policyFor(write, {}, { caps }), many), 'allow permitted')
})

test('a flood of questions ends in refusals, per task and per hour', () => {
  const judged = send(untrusted)
  const policy = policyFor(judged, {}, { questions: { perTask: 2, perHour: 4 } })
  const asked = (task: number, hour: number): DecisionContext => ({ ...emptyContext, questions: { task, hour } })
  assert.match(says(judged, policy, asked(1, 3)), /^ask untrusted-destination/)
  assert.match(says(judged, policy, asked(2, 3)), /^deny too-many-questions/)
  assert.match(says(judged, policy, asked(1, 4)), /^deny too-many-questions/)
  const good = send(trusted)
  assert.equal(says(good, policy, asked(9, 9)), 'allow permitted')
})

test('an approval permits exactly its action, even after a flood, and never what is denied', () => {
  const judged = send(untrusted)
  const policy = policyFor(judged, {}, { questions: { perTask: 0, perHour: 0 } })
  const approved = { ...emptyContext, approved: actionDigest(judged) }
  assert.match(says(judged, policy, approved), /^allow approved/)
  assert.match(says(send(untrusted, trusted, 'hello!'), policy, approved), /^deny too-many-questions/)
  assert.equal(says(judged, defaultPolicy, approved), 'deny unknown-tool')
  assert.match(says(judged, { ...policy, caps: { task: { egress: 0 }, day: {} } }, approved), /^deny cap-of-task/)
})

test('a refusal outranks questions, and every objection is reported', () => {
  const judged = send(untrusted, { ...untrusted, readers: ['alice'] }, 'www.example.com')
  const { verdict, code, findings } = decide(judged, emptyContext, policyFor(judged, {}, { caps: { task: { egress: 0 }, day: {} } }))
  assert.equal(`${verdict} ${code}`, 'deny cap-of-task')
  assert.deepEqual(
    findings.map((finding) => `${finding.verdict} ${finding.code}`),
    [
      'deny cap-of-task',
      'ask untrusted-destination',
      'ask destination-not-a-reader',
      'ask above-clearance',
      'ask link-in-untrusted-content',
    ],
  )
})

test('a verdict explains itself to the person and gives the planner alternatives', () => {
  const verdict = decide(send(untrusted), emptyContext, policyFor(send(untrusted)))
  assert.equal(verdict.sentence, 'Where it goes (to) was taken from text of others.')
  assert.deepEqual(verdict.alternatives, ['use-a-listed-destination', 'ask-the-person-to-name-it'])
})

test('a call that names nobody is judged by the effect that its tool declares for that, and one that names somebody is not', () => {
  const event = (participants: Action['arguments'][number]['value']): Action =>
    action('egress', [argument('to', 'destination', participants), argument('id', 'selector', '7', untrusted)])
  const policy = policyFor(event([]), { effectWithoutDestination: 'write' })
  assert.equal(says(event([]), policy), 'allow permitted')
  assert.equal(says(event(null), policy), 'allow permitted')
  assert.equal(says(event(['bob']), policy), 'ask untrusted-selector id')
  assert.equal(says(event([])), 'ask untrusted-selector id')
  const noneNamed = action('egress', [argument('id', 'selector', '7', untrusted)])
  assert.equal(says(noneNamed, policyFor(noneNamed, { effectWithoutDestination: 'write' })), 'allow permitted')
  const { write: _, ...effects } = defaultPolicy.effects
  assert.equal(says(event([]), { ...policy, effects }), 'deny effect-not-permitted')
})

test('one destination among several that is cleared for less, and one text among several with a link, are enough to ask', () => {
  const judged = action('egress', [
    argument('to', 'destination', ['bob', 'carol']),
    argument('body', 'content', ['plain', 'www.example.com'], untrusted),
  ])
  const destinations = [
    { id: 'bob', clearance: 'internal' as const },
    { id: 'carol', clearance: 'public' as const },
  ]
  assert.deepEqual(decide(judged, emptyContext, policyFor(judged, {}, { destinations })).findings, [
    { code: 'above-clearance', verdict: 'ask', arguments: ['body'] },
    { code: 'link-in-untrusted-content', verdict: 'ask', arguments: ['body'] },
  ])
})

test('only content is looked through for links', () => {
  const judged = action('egress', [argument('to', 'destination', 'bob'), argument('url', 'selector', 'www.example.com', untrusted)])
  const endorsed = { ...emptyContext, endorsed: [endorsementKey('selector', 'www.example.com')] }
  assert.equal(says(judged, policyFor(judged), endorsed), 'allow permitted')
})

test('a verdict that no rule objected to has no finding, and its sentence names no argument', () => {
  const verdict = decide(send(trusted), emptyContext, policyFor(send(trusted)))
  assert.deepEqual(verdict, { verdict: 'allow', code: 'permitted', findings: [], sentence: 'No rule objects.', alternatives: [] })
  const flooded = decide(send(untrusted), emptyContext, policyFor(send(untrusted), {}, { questions: { perTask: 0, perHour: 0 } }))
  assert.deepEqual([flooded.code, flooded.findings.length], ['too-many-questions', 2])
  const unknown = decide(send(trusted), emptyContext, defaultPolicy)
  assert.deepEqual(unknown.findings, [{ code: 'unknown-tool', verdict: 'deny', arguments: [] }])
})

test('an e-mail address is listed whatever the case of its ASCII letters; other texts, and parts of one, are not', () => {
  const destinations = [
    { id: 'Bob@Example.org', clearance: 'internal' as const },
    { id: 'Team Room', clearance: 'internal' as const },
    { id: 'a b@c.d', clearance: 'internal' as const },
    { id: 'x@y z', clearance: 'internal' as const },
  ]
  const to = (name: string): string => {
    const judged = action('egress', [argument('to', 'destination', name, untrusted)])
    return says(judged, policyFor(judged, {}, { destinations }))
  }
  for (const name of ['Bob@Example.org', 'bob@example.ORG', 'Team Room', 'a b@c.d']) assert.equal(to(name), 'allow permitted', name)
  for (const name of ['team room', 'A b@c.d', 'x@y Z', 'bob@example.orh', 'ob@Example.org'])
    assert.equal(to(name), 'ask untrusted-destination to', name)
})

test('a destination that is not a text has the readers and clearance of its JSON text', () => {
  const judged = action('egress', [
    argument('to', 'destination', { id: 1 }),
    argument('body', 'content', 'x', { ...trusted, readers: ['{"id":1}'] }),
  ])
  assert.equal(says(judged), 'allow permitted')
})
