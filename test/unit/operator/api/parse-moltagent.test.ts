import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMoltagent } from '../../../../operator/api/parse-moltagent.ts'
import { moltagentDocument } from '../../../support/moltagent-document.ts'

const stored = {
  ...moltagentDocument({}),
  metadata: {
    name: 'aria',
    namespace: 'team-a',
    uid: '0d8d3a2e-8f0b-4a52-9d57-1b1f7d1c2a11',
    resourceVersion: '7',
    generation: 1,
    creationTimestamp: '2026-11-25T02:00:00Z',
  },
}

test('a minimal resource gets every default', () => {
  const parsed = parseMoltagent(stored)
  assert.ok(parsed.ok)
  const { spec, status, metadata } = parsed.moltagent
  assert.deepEqual(status, {})
  assert.deepEqual(metadata.finalizers, [])
  assert.deepEqual(spec, {
    suspend: false,
    deletionPolicy: 'Retain',
    readmission: 0,
    nextcloud: {
      hostname: 'cloud.example.org',
      resources: { cpu: 2, memory: '4Gi' },
      storage: { size: '50Gi' },
      access: [],
      egress: [],
    },
    agent: { account: 'aria', operators: ['alice'], resources: { cpu: 1, memory: '1Gi' }, storage: { size: '5Gi' } },
    ollama: { resources: { cpu: 4, memory: '8Gi' } },
    planner: { provider: 'local' },
    credentials: [],
    policy: { approvalsPerTask: 3, approvalSeconds: 300, tokensPerDay: 500_000, destinations: [] },
  })
})

test('fields of a newer schema are dropped, not a reason to stop', () => {
  const parsed = parseMoltagent({ ...stored, spec: { ...stored.spec, later: { a: 1 } } })
  assert.ok(parsed.ok && !('later' in parsed.moltagent.spec))
})

test('a resource that does not fit is an answer that names each field', () => {
  const parsed = parseMoltagent({
    ...stored,
    spec: { ...stored.spec, nextcloud: { hostname: '*.example.org' }, agent: { account: 'aria', operators: 'alice' } },
  })
  assert.ok(!parsed.ok)
  assert.match(parsed.message, /spec\.nextcloud\.hostname: write one lower-case DNS name/)
  assert.match(parsed.message, /spec\.agent\.operators: /)
})

test('another kind is not a Moltagent', () => {
  assert.equal(parseMoltagent({ ...stored, kind: 'Secret' }).ok, false)
  assert.equal(parseMoltagent(undefined).ok, false)
})
