import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decisionContextSchema, emptyContext } from '../../../runtime/policy/decision-context.ts'
import { defaultPolicy } from '../../../runtime/policy/default-policy.ts'
import { policyDataSchema } from '../../../runtime/policy/policy-data.ts'

const tool = { effect: 'egress', arguments: { to: 'destination' }, destination: 'room' }
const policy = {
  ...defaultPolicy,
  tools: { 'mail.send': tool },
  destinations: [{ id: 'bob', clearance: 'internal' }],
}

function accepts(schema: { safeParse: (value: unknown) => { success: boolean } }, value: unknown): boolean {
  return schema.safeParse(value).success
}

test('the default policy is what the documentation says', () => {
  const none = { trustedRoles: [], trustedControl: false, confidential: false, linksAsk: false }
  const decisive = ['destination', 'selector', 'quantity']
  assert.deepEqual(defaultPolicy, {
    schemaVersion: 1,
    tools: {},
    effects: {
      read: none,
      write: { ...none, trustedControl: true },
      egress: { trustedRoles: decisive, trustedControl: true, confidential: true, linksAsk: true },
      destructive: { ...none, trustedRoles: [...decisive, 'content'], trustedControl: true },
    },
    destinations: [],
    clearances: { trusted: 'internal', untrusted: 'public' },
    caps: { task: { write: 100, egress: 20, destructive: 20 }, day: { write: 2000, egress: 200, destructive: 100 } },
    questions: { perTask: 3, perHour: 12 },
  })
})

test('a policy of the documented shape is taken, at the ends of every range', () => {
  const long = 'x'.repeat(256)
  for (const good of [
    policy,
    { ...policy, tools: { t: { ...tool, arguments: { ['a'.repeat(64)]: 'content', b: 'quantity' }, destination: long } } },
    { ...policy, tools: { t: { effect: 'read', arguments: {}, alwaysAsk: true, effectWithoutDestination: 'write' } } },
    { ...policy, destinations: [{ id: long, clearance: 'sensitive' }] },
    { ...policy, caps: { task: { read: 0 }, day: { write: 1_000_000 } }, questions: { perTask: 0, perHour: 0 } },
    { ...policy, questions: { perTask: 100, perHour: 1000 } },
    { ...policy, effects: { read: { trustedRoles: [], trustedControl: false, confidential: false, linksAsk: false } } },
  ]) {
    assert.ok(accepts(policyDataSchema, good), JSON.stringify(good).slice(0, 200))
  }
})

test('a policy of another shape is refused', () => {
  for (const bad of [
    {},
    { ...policy, schemaVersion: 2 },
    { ...policy, extra: 1 },
    { ...policy, tools: { t: { ...tool, extra: 1 } } },
    { ...policy, tools: { t: {} } },
    { ...policy, tools: { 'no name': tool } },
    { ...policy, tools: { t: { ...tool, arguments: { '': 'content' } } } },
    { ...policy, tools: { t: { ...tool, arguments: { ['a'.repeat(65)]: 'content' } } } },
    { ...policy, tools: { t: { ...tool, destination: '' } } },
    { ...policy, tools: { t: { ...tool, destination: 'x'.repeat(257) } } },
    { ...policy, destinations: [{}] },
    { ...policy, destinations: [{ id: '', clearance: 'public' }] },
    { ...policy, destinations: [{ id: 'x'.repeat(257), clearance: 'public' }] },
    { ...policy, destinations: Array.from({ length: 20_001 }, () => ({ id: 'x', clearance: 'public' })) },
    { ...policy, effects: { read: {} } },
    { ...policy, effects: { read: { ...defaultPolicy.effects.read, trustedRoles: Array.from({ length: 5 }, () => 'content') } } },
    { ...policy, clearances: {} },
    { ...policy, caps: {} },
    { ...policy, caps: { task: { read: -1 }, day: {} } },
    { ...policy, caps: { task: { read: 1_000_001 }, day: {} } },
    { ...policy, questions: {} },
    { ...policy, questions: { perTask: -1, perHour: 0 } },
    { ...policy, questions: { perTask: 101, perHour: 0 } },
    { ...policy, questions: { perTask: 0, perHour: -1 } },
    { ...policy, questions: { perTask: 0, perHour: 1001 } },
  ]) {
    assert.ok(!accepts(policyDataSchema, bad), JSON.stringify(bad).slice(0, 200))
  }
})

test('a context of the documented shape is taken, any other refused', () => {
  assert.deepEqual(emptyContext, { spent: { task: {}, day: {} }, questions: { task: 0, hour: 0 }, endorsed: [] })
  const full = {
    spent: { task: { egress: 7 }, day: { read: 0 } },
    questions: { task: 4, hour: 9 },
    endorsed: ['destination:"bob"', 'x'.repeat(70_000)],
    approved: 'a'.repeat(64),
  }
  assert.ok(accepts(decisionContextSchema, emptyContext) && accepts(decisionContextSchema, full))
  for (const bad of [
    {},
    { ...full, extra: 1 },
    { ...full, spent: {} },
    { ...full, spent: { task: { egress: -1 }, day: {} } },
    { ...full, questions: {} },
    { ...full, questions: { task: -1, hour: 0 } },
    { ...full, questions: { task: 0, hour: -1 } },
    { ...full, endorsed: ['x'.repeat(70_001)] },
    { ...full, endorsed: Array.from({ length: 1001 }, () => 'x') },
    { ...full, approved: 'no digest' },
  ]) {
    assert.ok(!accepts(decisionContextSchema, bad), JSON.stringify(bad).slice(0, 200))
  }
})
