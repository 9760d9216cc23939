import * as fc from 'fast-check'
import { type Action, argumentRoleSchema, type Effect, effectSchema } from '../../../runtime/protocol/action.ts'
import type { Label } from '../../../runtime/protocol/label.ts'
import type { DecisionContext } from '../../../runtime/policy/decision-context.ts'
import { defaultPolicy } from '../../../runtime/policy/default-policy.ts'
import type { PolicyData } from '../../../runtime/policy/policy-data.ts'

export const people = ['alice', 'bob', 'carol', 'dave@example.org'] as const
export const roles = argumentRoleSchema.options
export const effects = effectSchema.options
const toolNames = ['files.share', 'mail.send', 'deck.move', 'files.read', 'nobody.knows'] as const
const argumentNames = ['to', 'what', 'body', 'amount', 'extra'] as const

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort()
}

export const labelArbitrary: fc.Arbitrary<Label> = fc.record({
  integrity: fc.constantFrom('trusted', 'untrusted'),
  sensitivity: fc.constantFrom('public', 'internal', 'sensitive'),
  readers: fc.oneof(fc.constant('all' as const), fc.subarray([...people]).map(unique)),
  sources: fc.array(fc.constantFrom('file:1', 'talk:2', 'card:3', 'mail:4'), { maxLength: 4 }).map(unique),
})

const datumArbitrary = fc.oneof(
  fc.constantFrom(...people),
  fc.constantFrom('', 'see www.example.org', 'plain text', 'x'),
  fc.integer({ min: 0, max: 9 }),
  fc.constant(null),
)

const argumentArbitrary = fc.record({
  name: fc.constantFrom(...argumentNames),
  role: fc.constantFrom(...roles),
  value: fc.oneof(datumArbitrary, fc.array(datumArbitrary, { maxLength: 3 })),
  label: labelArbitrary,
})

export const actionArbitrary: fc.Arbitrary<Action> = fc.record({
  schemaVersion: fc.constant(1 as const),
  tool: fc.constantFrom(...toolNames),
  effect: fc.constantFrom(...effects),
  control: labelArbitrary,
  arguments: fc.uniqueArray(argumentArbitrary, { maxLength: 4, selector: ({ name }) => name }),
})

const countsArbitrary = fc.dictionary(fc.constantFrom(...effects), fc.integer({ min: 0, max: 3 })) as fc.Arbitrary<
  Partial<Record<Effect, number>>
>

export const contextArbitrary: fc.Arbitrary<DecisionContext> = fc.record({
  spent: fc.record({ task: countsArbitrary, day: countsArbitrary }),
  questions: fc.record({ task: fc.integer({ min: 0, max: 3 }), hour: fc.integer({ min: 0, max: 3 }) }),
  endorsed: fc.array(fc.constantFrom('destination:"bob"', 'selector:"x"', 'quantity:3', 'content:"plain text"'), { maxLength: 3 }),
})

/** A policy that declares an action's tool as the action uses it, now and then with something missing. */
export function policyArbitrary(action: Action): fc.Arbitrary<PolicyData> {
  const declared = Object.fromEntries(action.arguments.map(({ name, role }) => [name, role]))
  return fc.record({
    schemaVersion: fc.constant(1 as const),
    tools: fc.oneof(
      { weight: 8, arbitrary: fc.constant({ [action.tool]: { effect: action.effect, arguments: declared } }) },
      { weight: 1, arbitrary: fc.constant({ [action.tool]: { effect: action.effect, arguments: declared, destination: 'bob' } }) },
      { weight: 1, arbitrary: fc.constant({ [action.tool]: { effect: action.effect, arguments: declared, alwaysAsk: true } }) },
      { weight: 1, arbitrary: fc.constant({}) },
    ),
    effects: fc.constant(defaultPolicy.effects),
    destinations: fc
      .subarray([...people])
      .chain((ids) =>
        fc
          .constantFrom('public' as const, 'internal' as const, 'sensitive' as const)
          .map((clearance) => ids.map((id) => ({ id, clearance }))),
      ),
    clearances: fc.constant(defaultPolicy.clearances),
    caps: fc.constantFrom(defaultPolicy.caps, { task: { egress: 2 }, day: { destructive: 2 } }),
    questions: fc.constantFrom(defaultPolicy.questions, { perTask: 2, perHour: 3 }),
  })
}

/** An action with a policy that mostly knows its tool, and a context. */
export const caseArbitrary = actionArbitrary.chain((action) =>
  fc.record({ action: fc.constant(action), policy: policyArbitrary(action), context: contextArbitrary }),
)
