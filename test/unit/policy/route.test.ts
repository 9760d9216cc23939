import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localTopics, route } from '../../../runtime/policy/route.ts'
import { trusted, untrusted } from '../../support/policy/example-action.ts'

const plan = { purpose: 'plan', topics: [], opened: false } as const

test('a prompt of trusted, unsensitive text may go to the configured planner', () => {
  assert.deepEqual(route(trusted, plan), { model: 'planner', code: 'permitted' })
})

test('reading untrusted text and classifying are the local model’s, whatever the label', () => {
  for (const purpose of ['read', 'classify'] as const) {
    assert.deepEqual(route(trusted, { purpose }), { model: 'local', code: 'quarantined' })
    assert.deepEqual(route(untrusted, { purpose }), { model: 'local', code: 'quarantined' })
  }
})

test('no planner sees untrusted text unless a person opened it', () => {
  assert.deepEqual(route(untrusted, plan), { model: 'none', code: 'untrusted-prompt' })
  assert.deepEqual(route(untrusted, { ...plan, opened: true }), { model: 'planner', code: 'permitted' })
})

test('sensitive text stays local, opened or not', () => {
  assert.deepEqual(route({ ...trusted, sensitivity: 'sensitive' }, plan), { model: 'local', code: 'sensitive' })
  assert.deepEqual(route({ ...untrusted, sensitivity: 'sensitive' }, { ...plan, opened: true }), { model: 'local', code: 'sensitive' })
})

test('credentials, staff, health, money and law stay local though the label is public', () => {
  for (const topic of localTopics) {
    assert.deepEqual(route({ ...trusted, sensitivity: 'public' }, { ...plan, topics: [topic] }), { model: 'local', code: 'local-topic' })
  }
})
