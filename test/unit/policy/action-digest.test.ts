import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { actionBytes, actionDigest } from '../../../runtime/policy/action-digest.ts'
import { unknownLabel } from '../../../runtime/policy/label-lattice.ts'
import { actionSchema } from '../../../runtime/protocol/action.ts'
import { action, argument } from '../../support/policy/example-action.ts'

test('an action’s bytes are RFC 8785 and its digest their SHA-256', () => {
  const judged = action('read', [argument('b', 'content', { z: 1, a: 'é' })], { control: unknownLabel('mail:1') })
  const bytes = actionBytes(judged)
  assert.equal(
    bytes.toString('utf8'),
    '{"arguments":[{"label":{"integrity":"trusted","readers":"all","sensitivity":"internal","sources":["talk:1"]},"name":"b","role":"content",' +
      '"value":{"a":"é","z":1}}],"control":{"integrity":"untrusted","readers":[],"sensitivity":"sensitive","sources":["mail:1"]},' +
      '"effect":"read","schemaVersion":1,"tool":"example"}',
  )
  assert.equal(actionDigest(judged), createHash('sha256').update(bytes).digest('hex'))
})

test('object and credential are part of the bytes when they are there', () => {
  const bare = action('read', [])
  const object = { object: { id: 'file:1', etag: 'v1' } }
  assert.match(actionBytes(action('read', [], object)).toString('utf8'), /"object":\{"etag":"v1","id":"file:1"\}/)
  assert.match(actionBytes(action('read', [], { credential: 'openai' })).toString('utf8'), /"credential":"openai"/)
  const parsed = actionSchema.parse({ ...bare, object: undefined, credential: undefined })
  assert.equal(actionDigest(parsed), actionDigest(bare))
})
