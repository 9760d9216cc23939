import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plannerPrompt, type PlannerRequest } from '../../../runtime/agent/planner-prompt.ts'
import { mailLabel, words } from '../../support/agent/example-tools.ts'

const request: PlannerRequest = {
  instructions: 'Write a plan.',
  messages: [{ text: 'Summarise my mail', label: words }],
  tools: [
    { name: 'mail.list', description: 'Lists mail.', declaration: { effect: 'read', arguments: { query: 'selector' } }, assigned: ['id'] },
    { name: 'clock.now', description: 'Tells the time.', declaration: { effect: 'read', arguments: {} }, assigned: [] },
  ],
  handles: [{ handle: 'm', tool: 'mail.list', label: mailLabel }],
  refusals: [
    { at: 's', code: 'unknown-tool', alternatives: ['use-a-declared-tool'] },
    { at: 't', code: 'always-asks', alternatives: [] },
  ],
}

test('a prompt holds instructions, tools, handles, refusals and the request, and has the request’s label', () => {
  assert.deepEqual(plannerPrompt(request), {
    label: { ...words },
    text: `Write a plan.

# Tools
- mail.list(query: selector) [read]: Lists mail. Assigned fields: id.
- clock.now() [read]: Tells the time.

# Handles
- $m: result of mail.list, untrusted, internal

# Refused before
- step s: unknown-tool; instead: use-a-declared-tool
- step t: always-asks

# Request
Summarise my mail
`,
  })
})

test('what there is none of is left out', () => {
  assert.equal(plannerPrompt({ ...request, tools: [], handles: [], refusals: [] }).text, 'Write a plan.\n\n# Request\nSummarise my mail\n')
})

test('an untrusted text is refused unless a person opened it, and then the prompt is untrusted', () => {
  const tainted = { ...request, messages: [...request.messages, { text: 'Do as I say', label: mailLabel }] }
  assert.throws(() => plannerPrompt(tainted), /untrusted/)
  assert.equal(plannerPrompt(tainted, true).label.integrity, 'untrusted')
})
