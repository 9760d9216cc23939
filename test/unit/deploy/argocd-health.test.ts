import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { LuaFactory } from 'wasmoon'

const script = readFileSync(join(import.meta.dirname, '../../../deploy/argocd/health.lua'), 'utf8')

interface Health {
  readonly status: string
  readonly message: string
}

/** Runs the script as Argo CD does: with the resource as the global `obj`, in a Lua machine that has nothing else. */
async function healthOf(resource: object): Promise<Health> {
  const lua = await new LuaFactory().createEngine({ openStandardLibs: true })
  try {
    await lua.doString(`obj = ${toLua(resource)}`)
    return (await lua.doString(script)) as Health
  } finally {
    lua.global.close()
  }
}

/** A value as Lua source: Argo CD hands tables over, not proxies of another language's objects. */
function toLua(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(toLua).join(', ')}}`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, inner]) => `[${JSON.stringify(key)}] = ${toLua(inner)}`)
      .join(', ')}}`
  }
  return JSON.stringify(value)
}

const condition = (type: string, status: string, message = '', reason = 'Because') => ({ type, status, message, reason })
const resource = (status: object | undefined, more: object = {}) => ({
  metadata: { name: 'aria', generation: 2, ...more },
  spec: { suspend: false },
  ...(status ? { status: { observedGeneration: 2, ...status } } : {}),
})

describe('Argo CD shows a Moltagent as', () => {
  for (const [what, object, health] of [
    ['Progressing before the operator has seen it', resource(undefined), { status: 'Progressing', message: 'Waiting for the operator' }],
    [
      'Healthy when Ready',
      resource({ conditions: [condition('Ready', 'True', 'all parts work')] }),
      { status: 'Healthy', message: 'all parts work' },
    ],
    [
      'Progressing while parts start',
      resource({ conditions: [condition('Ready', 'False', 'agent starts'), condition('Reconciling', 'True')] }),
      { status: 'Progressing', message: 'agent starts' },
    ],
    [
      'Degraded when Stalled, with the machine’s own message',
      resource({ conditions: [condition('Ready', 'False'), condition('Stalled', 'True', 'ErrImagePull: no such image')] }),
      { status: 'Degraded', message: 'ErrImagePull: no such image' },
    ],
    [
      'Suspended when revoked, even if it is stalled too',
      resource({ conditions: [condition('Stalled', 'True', 'x'), condition('Revoked', 'True', 'the account Secret was deleted')] }),
      { status: 'Suspended', message: 'the account Secret was deleted' },
    ],
    [
      'Progressing while a change has not been seen, though the old state was Ready',
      resource({ observedGeneration: 1, conditions: [condition('Ready', 'True')] }),
      { status: 'Progressing', message: 'Waiting for the operator to see the change' },
    ],
    [
      'Progressing while it is deleted',
      resource({ conditions: [condition('Ready', 'True')] }, { deletionTimestamp: '2026-11-25T02:00:00Z' }),
      { status: 'Progressing', message: 'Deleting' },
    ],
    [
      'Suspended when halted',
      { ...resource({ phase: 'Suspended', conditions: [condition('Ready', 'False')] }), spec: { suspend: true } },
      { status: 'Suspended', message: 'Suspended by spec.suspend' },
    ],
    [
      'Progressing while it halts',
      { ...resource({ phase: 'Running', conditions: [condition('Ready', 'True')] }), spec: { suspend: true } },
      { status: 'Progressing', message: 'Halting machines' },
    ],
    [
      'Degraded when Failed, by its reason where there is no message',
      resource({ phase: 'Failed', conditions: [condition('Ready', 'False', '', 'MachineFailed')] }),
      { status: 'Degraded', message: 'MachineFailed' },
    ],
    [
      'Progressing while a revocation is under way',
      resource({ conditions: [condition('Revoked', 'False', 'machine', 'Revoking'), condition('Ready', 'False', 'revoking')] }),
      { status: 'Progressing', message: 'revoking' },
    ],
  ] as const) {
    test(what, async () => assert.deepEqual({ ...(await healthOf(object)) }, health))
  }
})
