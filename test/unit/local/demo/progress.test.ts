import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDemoOptions } from '../../../../local/demo/demo-options.ts'
import { progressOf } from '../../../../local/demo/progress.ts'
import { createProgressView } from '../../../../local/demo/show-progress.ts'

const escape = String.fromCharCode(27)
const stored = { type: 'NetworkPoliciesStored', status: 'True' }
const running = { nextcloud: { state: 'Running', variant: 'double' }, ollama: { state: 'Running' }, agent: { state: 'Running' } }
const moltagent = (status: object): object => ({ status })

test('a Moltagent without status is waiting for everything', () => {
  const progress = progressOf({})
  assert.equal(progress.machinesRun, false)
  assert.deepEqual(
    progress.steps.map(({ state }) => state),
    ['waiting', 'waiting', 'waiting', 'waiting'],
  )
})

test('the machines run only once all three do and the policies are stored', () => {
  assert.equal(progressOf(moltagent({ conditions: [stored], vms: running })).machinesRun, true)
  assert.equal(progressOf(moltagent({ conditions: [], vms: running })).machinesRun, false)
  assert.equal(progressOf(moltagent({ conditions: [stored], vms: { ...running, agent: { state: 'Starting' } } })).machinesRun, false)
})

test('a double names itself, and what stalls is told with its message', () => {
  const stalled = { type: 'Stalled', status: 'True', reason: 'ImageMissing', message: 'no image for the agent' }
  const { steps } = progressOf(moltagent({ conditions: [stored, stalled], vms: running }))
  assert.ok(steps.some(({ name }) => name === 'machine nextcloud (double)'))
  assert.deepEqual(steps.at(-1), { name: 'stalled: ImageMissing', state: 'failed', detail: 'no image for the agent' })
})

test('without a terminal each change is one line, and nothing is told twice', () => {
  let written = ''
  const view = createProgressView({ isTerminal: false, width: 80, write: (text) => (written += text) })
  view.show(progressOf({}), 0)
  view.show(progressOf({}), 1)
  view.show(progressOf(moltagent({ conditions: [stored] })), 2)
  assert.equal(written.split('\n').length - 1, 5)
  assert.ok(!written.includes(escape))
})

test('on a terminal the block is drawn over itself and no line is wider than the screen', () => {
  let written = ''
  const view = createProgressView({ isTerminal: true, width: 20, write: (text) => (written += text) })
  view.show(progressOf({}), 0)
  view.show(progressOf({}), 1)
  assert.ok(written.includes(`${escape}[5A`))
  const visible = written.split('\n').map(
    (line) =>
      line
        .split(escape)
        .at(-1)
        ?.replace(/^\[\d*[AJK]/, '') ?? '',
  )
  assert.ok(visible.every((line) => line.length < 20))
})

test('a wrong option is a sentence', () => {
  assert.throws(() => parseDemoOptions(['--guests', 'qemu']), /--guests must be instant or process/)
  assert.throws(() => parseDemoOptions(['--timeout', 'soon']), /--timeout must be a number of seconds/)
  assert.deepEqual(parseDemoOptions([]), { keep: false, guests: 'instant', timeout: 300, help: false })
})
