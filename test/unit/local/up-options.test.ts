import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUpOptions } from '../../../local/up-options.ts'

test('options of local up', () => {
  assert.deepEqual(parseUpOptions([]), { guests: 'instant', withOperator: true })
  const all = ['--guests', 'qemu', '--state', 's', '--kubeconfig', 'k', '--without-operator']
  assert.deepEqual(parseUpOptions(all), { guests: 'qemu', stateFolder: 's', kubeconfig: 'k', withOperator: false })
})

test('a wrong option is refused with what to write instead', () => {
  assert.throws(() => parseUpOptions(['--guests', 'docker']), /^Error: --guests must be one of instant, process, qemu, not docker$/)
  assert.throws(() => parseUpOptions(['--gests', 'qemu']), /--gests/)
  assert.throws(() => parseUpOptions(['extra']), /extra/)
})
