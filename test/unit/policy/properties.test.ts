import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { decide } from '../../../runtime/policy/decide.ts'
import { isLabelWithin, joinAll, joinLabels, leastLabel } from '../../../runtime/policy/label-lattice.ts'
import { actionSchema } from '../../../runtime/protocol/action.ts'
import { labelSchema } from '../../../runtime/protocol/label.ts'
import { caseArbitrary, labelArbitrary } from '../../support/policy/arbitraries.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const runs = { numRuns: propertyRuns }
const ranks = { allow: 0, ask: 1, deny: 2 } as const

test('joining labels is associative, commutative and idempotent, and the least label is neutral', () => {
  fc.assert(
    fc.property(labelArbitrary, labelArbitrary, labelArbitrary, (a, b, c) => {
      assert.deepEqual(joinLabels(a, joinLabels(b, c)), joinLabels(joinLabels(a, b), c))
      assert.deepEqual(joinLabels(a, b), joinLabels(b, a))
      assert.deepEqual(joinLabels(a, a), { ...a })
      assert.deepEqual(joinLabels(a, leastLabel), { ...a })
      assert.deepEqual(joinAll([a, b, c]), joinLabels(joinLabels(a, b), c))
      labelSchema.parse(joinLabels(a, b))
    }),
    runs,
  )
})

test('the order of labels is a partial order, and a join is the least label above both', () => {
  fc.assert(
    fc.property(labelArbitrary, labelArbitrary, labelArbitrary, (a, b, c) => {
      const joined = joinLabels(a, b)
      assert.ok(isLabelWithin(a, a) && isLabelWithin(leastLabel, a))
      assert.ok(isLabelWithin(a, joined) && isLabelWithin(b, joined))
      if (isLabelWithin(a, c) && isLabelWithin(b, c)) assert.ok(isLabelWithin(joined, c))
      if (isLabelWithin(a, b) && isLabelWithin(b, c)) assert.ok(isLabelWithin(a, c))
      if (isLabelWithin(a, b) && isLabelWithin(b, a)) assert.deepEqual({ ...a, sources: [] }, { ...b, sources: [] })
      assert.equal(isLabelWithin(a, b), JSON.stringify({ ...joined, sources: [] }) === JSON.stringify({ ...b, sources: [] }))
    }),
    runs,
  )
})

test('more taint, in any argument or in what decided the call, never permits more', () => {
  fc.assert(
    fc.property(caseArbitrary, fc.array(labelArbitrary, { minLength: 5, maxLength: 5 }), ({ action, policy, context }, taints) => {
      const tainted = {
        ...action,
        control: joinLabels(action.control, taints[4] ?? leastLabel),
        arguments: action.arguments.map((argument, index) => ({
          ...argument,
          label: joinLabels(argument.label, taints[index] ?? leastLabel),
        })),
      }
      const before = decide(action, context, policy).verdict
      const after = decide(tainted, context, policy).verdict
      assert.ok(ranks[after] >= ranks[before], `${before} became ${after}`)
    }),
    runs,
  )
})

test('only a declared tool, called as it is declared, is ever permitted or asked about', () => {
  fc.assert(
    fc.property(caseArbitrary, caseArbitrary, ({ action, context }, { policy }) => {
      const { verdict, code } = decide(action, context, policy)
      const tool = Object.hasOwn(policy.tools, action.tool) ? policy.tools[action.tool] : undefined
      const isDeclared =
        tool !== undefined && tool.effect === action.effect && action.arguments.every(({ name, role }) => tool.arguments[name] === role)
      if (!isDeclared) assert.equal(verdict, 'deny', code)
    }),
    runs,
  )
})

test('an effect that the policy does not name is denied, whatever the rest', () => {
  fc.assert(
    fc.property(caseArbitrary, ({ action, context, policy }) => {
      const { [action.effect]: _, ...others } = policy.effects
      assert.equal(decide(action, context, { ...policy, effects: others }).verdict, 'deny')
    }),
    runs,
  )
})

test('a decision changes nothing and says the same twice', () => {
  fc.assert(
    fc.property(caseArbitrary, (judged) => {
      const copy = structuredClone(judged)
      const before = JSON.stringify(judged)
      const verdict = decide(judged.action, judged.context, judged.policy)
      assert.equal(JSON.stringify(judged), before)
      assert.deepEqual(decide(copy.action, copy.context, copy.policy), verdict)
      actionSchema.parse(judged.action)
    }),
    { numRuns: propertyRuns },
  )
})
