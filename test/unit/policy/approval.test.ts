import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { actionDigest } from '../../../runtime/policy/action-digest.ts'
import { approvalCode } from '../../../runtime/policy/approval-code.ts'
import { decide } from '../../../runtime/policy/decide.ts'
import { emptyContext } from '../../../runtime/policy/decision-context.ts'
import { matchApproval } from '../../../runtime/policy/match-approval.ts'
import type { Action } from '../../../runtime/protocol/action.ts'
import {
  type ApprovalAnswer,
  approvalAnswerSchema,
  approvalCodeSchema,
  type ApprovalRequest,
  approvalRequestSchema,
} from '../../../runtime/protocol/approval.ts'
import { action, argument, policyFor, untrusted } from '../../support/policy/example-action.ts'
import { actionArbitrary } from '../../support/policy/arbitraries.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const authority = { operators: ['alice', 'bob'], bot: 'bots/bot-1' }
const digest = 'a'.repeat(64)
const rendered = 'b'.repeat(64)

const request: ApprovalRequest = approvalRequestSchema.parse({
  schemaVersion: 1,
  subject: { kind: 'action', action: digest },
  nonce: 'n'.repeat(43),
  expiresAt: '2026-01-01T12:05:00.000Z',
  room: 'room1',
  rendered,
})

function answer(changes: Partial<ApprovalAnswer> = {}): ApprovalAnswer {
  const by = { way: 'code' as const, code: approvalCode(request) }
  return approvalAnswerSchema.parse({ verb: 'approve', actor: 'alice', room: 'room1', at: '2026-01-01T12:04:59.999Z', by, ...changes })
}

function outcome(given: ApprovalAnswer, pending: readonly ApprovalRequest[] = [request]): string {
  const result = matchApproval(pending, given, authority)
  return result.state === 'refused' ? result.code : result.state
}

test('a code has eight characters without look-alikes and changes with subject, nonce and expiry', () => {
  const codes = [
    request,
    { ...request, subject: { kind: 'action' as const, action: 'c'.repeat(64) } },
    { ...request, nonce: 'm'.repeat(43) },
    { ...request, expiresAt: '2026-01-01T12:05:00.001Z' },
  ].map(approvalCode)
  assert.equal(new Set(codes).size, 4)
  for (const code of codes) approvalCodeSchema.parse(code)
  assert.equal(approvalCode({ ...request, room: 'elsewhere' } as ApprovalRequest), codes[0])
})

test('a code is the first forty bits of the digest, most significant first', () => {
  assert.equal(approvalCode(request), '2PG3RSPY')
})

test('an operator approves or denies by the code or by a reply to our unaltered question, in its room, in time', () => {
  assert.equal(outcome(answer()), 'approved')
  assert.equal(outcome(answer({ verb: 'deny', actor: 'bob' })), 'denied')
  assert.equal(outcome(answer({ by: { way: 'reply', parentActor: 'bots/bot-1', parentText: rendered } })), 'approved')
})

test('an answered question is gone, the others stay', () => {
  const other = { ...request, nonce: 'm'.repeat(43), rendered: 'd'.repeat(64) }
  const first = matchApproval([other, request], answer(), authority)
  assert.deepEqual(first.pending, [other])
  assert.deepEqual(matchApproval(first.pending, answer(), authority), { state: 'refused', code: 'unknown-question', pending: [other] })
})

test('members, guests and bots cannot answer', () => {
  for (const actor of ['mallory', 'guests/alice', 'Alice', 'bots/bot-1', 'alice@evil.example']) {
    assert.equal(outcome(answer({ actor })), 'not-an-operator')
  }
})

test('an answer in another room, or at or after the expiry, counts for nothing and keeps the question', () => {
  assert.equal(outcome(answer({ room: 'room2' })), 'wrong-room')
  assert.equal(outcome(answer({ at: '2026-01-01T12:05:00.000Z' })), 'expired')
  assert.deepEqual(matchApproval([request], answer({ room: 'room2' }), authority).pending, [request])
})

test('a reply to somebody else’s message, or to one that was edited, counts for nothing', () => {
  assert.equal(outcome(answer({ by: { way: 'reply', parentActor: 'users/alice', parentText: rendered } })), 'not-our-question')
  assert.equal(outcome(answer({ by: { way: 'reply', parentActor: 'bots/bot-1', parentText: 'e'.repeat(64) } })), 'unknown-question')
})

test('a code of nothing asked, and a reply that two questions match, count for nothing', () => {
  assert.equal(outcome(answer({ by: { way: 'code', code: '00000000' } })), 'unknown-question')
  const twin = { ...request, nonce: 'm'.repeat(43) }
  assert.equal(outcome(answer({ by: { way: 'reply', parentActor: 'bots/bot-1', parentText: rendered } }), [request, twin]), 'ambiguous')
})

const asked = (etag: string): Action =>
  action('destructive', [argument('what', 'selector', 'x', untrusted)], { object: { id: 'file:7', etag } })

/** The policy knows both tools of the random pairs, so that a difference elsewhere decides. */
function runs(approvedAction: Action, executed: Action): boolean {
  const tools = Object.assign(
    {},
    ...[executed].map((one) => ({
      [one.tool]: {
        effect: one.effect,
        arguments: Object.fromEntries(one.arguments.map(({ name, role }) => [name, role])),
        alwaysAsk: true,
      },
    })),
  )
  const policy = { ...policyFor(executed), tools }
  return decide(executed, { ...emptyContext, approved: actionDigest(approvedAction) }, policy).verdict === 'allow'
}

test('what was approved is what runs: any edit, of a value, a label, an effect or an ETag, voids the approval', () => {
  assert.ok(runs(asked('v1'), asked('v1')))
  assert.ok(!runs(asked('v1'), asked('v2')))
  fc.assert(
    fc.property(actionArbitrary, actionArbitrary, (one, other) => {
      assert.ok(runs(one, one))
      assert.equal(runs(one, other), actionDigest(one) === actionDigest(other))
    }),
    { numRuns: propertyRuns },
  )
})

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('answer', 'execute', 'edit'),
    actor: fc.constantFrom('alice', 'mallory'),
    which: fc.integer({ min: 0, max: 2 }),
    late: fc.boolean(),
  }),
  { maxLength: 12 },
)

/** A broker in miniature: three questions, the state of the objects they are about, approvals not yet used, and what ran. */
class Story {
  etags = ['v0', 'v0', 'v0']
  approvals = new Set<string>()
  ran: string[] = []
  all: readonly ApprovalRequest[] = this.etags.map((_, index) => ({
    ...request,
    nonce: String(index).repeat(43),
    subject: { kind: 'action', action: actionDigest(this.current(index)) },
    rendered: String(index).repeat(64),
  }))
  pending = this.all

  current(which: number): Action {
    return { ...asked(this.etags[which]!), tool: `example.t${String(which)}` }
  }

  edit(which: number): void {
    this.etags[which] += '+'
  }

  answer(which: number, actor: string, late: boolean): void {
    const at = late ? '2026-01-01T13:00:00.000Z' : '2026-01-01T12:00:00.000Z'
    const result = matchApproval(this.pending, answer({ actor, at, by: { way: 'code', code: approvalCode(this.all[which]!) } }), authority)
    this.pending = result.pending
    if (result.state !== 'approved' || result.request.subject.kind !== 'action') return
    assert.ok(actor === 'alice' && !late)
    this.approvals.add(result.request.subject.action)
  }

  execute(which: number): void {
    const current = this.current(which)
    const digest = actionDigest(current)
    if (!this.approvals.has(digest) || !runs(current, current)) return
    this.approvals.delete(digest)
    this.ran.push(digest)
  }
}

test('in any order of answers, replays, edits and executions, each approval runs its own action at most once', () => {
  fc.assert(
    fc.property(steps, (events) => {
      const story = new Story()
      for (const { kind, actor, which, late } of events) {
        if (kind === 'edit') story.edit(which)
        if (kind === 'answer') story.answer(which, actor, late)
        if (kind === 'execute') story.execute(which)
      }
      assert.equal(new Set(story.ran).size, story.ran.length)
      for (const executed of story.ran) {
        assert.ok(story.all.some(({ subject }) => subject.kind === 'action' && subject.action === executed))
      }
    }),
    { numRuns: propertyRuns },
  )
})
