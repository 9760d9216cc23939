import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openWorld } from '../../../local/nextcloud-double/open-world.ts'
import { runVerb } from '../../../local/nextcloud-double/verbs/run-verb.ts'

const directory = mkdtempSync(join(tmpdir(), 'nextcloud-double-'))
const world = openWorld(directory, 'http://localhost')
after(() => {
  world.store.close()
  rmSync(directory, { recursive: true, force: true })
})

for (const [what, command, input, code] of [
  ['an empty command', '', '{}', 'unknown-verb'],
  ['a verb with arguments', 'cron --now', '{}', 'unknown-verb'],
  ['a verb in other letters', 'Status', '{"account":"aria"}', 'unknown-verb'],
  ['the name of an inherited property', 'constructor', '{}', 'unknown-verb'],
  ['input that is not JSON', 'status', '{', 'bad-request'],
  ['an unknown field', 'status', '{"account":"aria","shell":"sh"}', 'bad-request'],
  ['an account with a slash', 'disable-account', '{"account":"../admin"}', 'bad-request'],
  ['an account that is not there', 'disable-account', '{"account":"nobody"}', 'not-found'],
  ['a bot that is not there', 'bot', '{"action":"disable","url":"http://127.0.0.1/"}', 'not-found'],
] as const) {
  test(`${what} is refused with a code and a sentence`, () => {
    const { exitCode, output } = runVerb(world, command, input)
    assert.equal(exitCode, 1)
    const { error } = JSON.parse(output)
    assert.equal(error.code, code)
    assert.ok(error.message.length > 10)
  })
}

test('a verb that fails half-way has stored nothing', () => {
  const secret = 'canary-bot-secret-'.repeat(3)
  runVerb(world, 'bot', JSON.stringify({ action: 'install', url: 'http://127.0.0.1/bot', name: 'A', secret }))
  const { exitCode } = runVerb(world, 'bot', JSON.stringify({ action: 'rooms', url: 'http://127.0.0.1/bot', rooms: ['noroom12'] }))
  assert.equal(exitCode, 1)
  assert.deepEqual(JSON.parse(runVerb(world, 'status', '{"account":"aria","botUrl":"http://127.0.0.1/bot"}').output).bot.rooms, [])
})
