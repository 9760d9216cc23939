import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildNextcloudRequest } from '../../../runtime/broker/cloud/build-request.ts'
import { callFacts } from '../../../runtime/broker/cloud/call-facts.ts'
import { requestHead } from '../../../runtime/broker/http/request-head.ts'
import { nextcloudOperations } from '../../../runtime/protocol/broker-nextcloud-operations.ts'
import { nextcloudCallFor } from '../../../runtime/protocol/broker-nextcloud-match.ts'
import { nextcloudCallSchema, type NextcloudCall } from '../../../runtime/protocol/broker-nextcloud.ts'
import { seededRandom } from '../../support/random.ts'

const origin = 'https://cloud.example'
const build = (call: NextcloudCall) => buildNextcloudRequest(call, 'aria', origin)
const nothing = Buffer.alloc(0)

test('passwords, app passwords, accounts, groups, settings, apps and bots are nowhere in the list', () => {
  for (const [name, { template }] of Object.entries(nextcloudOperations)) {
    assert.doesNotMatch(
      template,
      /passwords|apppassword|cloud\/users|cloud\/groups|settings|cloud\/apps|provisioning|\/bot|login|config|cron|trashbin|uploads/,
      name,
    )
  }
})

test('what clients write comes back as the same request', () => {
  const cases = [
    ['PROPFIND', '/remote.php/dav/files/aria/Moltagent/', 'files.properties'],
    ['GET', '/remote.php/dav/files/aria/a%20b/%C3%BC.md', 'files.get'],
    ['PUT', '/remote.php/dav/calendars/aria/personal/x.ics', 'calendar.put'],
    ['GET', '/index.php/apps/deck/api/v1.0/boards/2/stacks', 'deck.stacks'],
    ['POST', '/index.php/apps/deck/api/v1.0/boards/2/stacks/3/cards', 'deck.createCard'],
    ['POST', '/ocs/v2.php/apps/spreed/api/v1/chat/yqi5rbr7?format=json', 'talk.post'],
    ['GET', '/ocs/v2.php/cloud/user?format=json', 'core.user'],
  ] as const
  for (const [method, target, operation] of cases) {
    const call = nextcloudCallFor({ method, target, headers: [] }, 'aria')
    assert.equal(call?.operation, operation, target)
    assert.ok(call)
    assert.deepEqual([build(call).method, build(call).target], [method, target])
  }
})

test('a copy says where to, below the same root', () => {
  const call = nextcloudCallFor(
    {
      method: 'MOVE',
      target: '/remote.php/dav/files/aria/a.md',
      headers: [
        ['Destination', 'https://x/remote.php/dav/files/aria/b%20c.md'],
        ['Overwrite', 'F'],
      ],
    },
    'aria',
  )
  assert.deepEqual(call, { operation: 'files.move', path: ['a.md'], destination: ['b c.md'], headers: [['overwrite', 'F']] })
  assert.deepEqual(build(call).fields[1], { name: 'Destination', value: `${origin}/remote.php/dav/files/aria/b%20c.md` })
})

test('what the list does not have cannot be said', () => {
  const requests = [
    ['POST', '/index.php/apps/passwords/api/1.0/password/list'],
    ['POST', '/index.php/apps/passwords/api/1.0/password/show'],
    ['GET', '/ocs/v2.php/core/getapppassword'],
    ['DELETE', '/ocs/v2.php/core/apppassword'],
    ['GET', '/ocs/v2.php/cloud/users/alice'],
    ['PUT', '/ocs/v2.php/cloud/users/aria/disable'],
    ['GET', '/remote.php/dav/files/alice/secret.md'],
    ['GET', '/remote.php/dav/files/%61lice/secret.md'],
    ['GET', '/remote.php/dav/trashbin/aria/trash'],
    ['POST', '/ocs/v2.php/apps/spreed/api/v1/bot/yqi5rbr7/message'],
    ['GET', '/settings/admin'],
    ['TRACE', '/remote.php/dav/files/aria/a'],
  ] as const
  for (const [method, target] of requests) assert.equal(nextcloudCallFor({ method, target, headers: [] }, 'aria'), undefined, target)
})

test('segments that a server could read otherwise are refused', () => {
  for (const segment of ['..', '.', '', 'a/b', 'a\\b', 'a\0b', 'a\nb', '\u0085', 'x'.repeat(256), '\ud800']) {
    const call = { operation: 'files.get', path: ['Moltagent', segment] }
    assert.ok(!nextcloudCallSchema.safeParse(call).success, JSON.stringify(segment))
  }
  for (const part of ['../1', '1/2', '%2e', '', 'a b', '1?x']) {
    assert.ok(!nextcloudCallSchema.safeParse({ operation: 'deck.board', parts: { board: part } }).success, part)
  }
  assert.ok(!nextcloudCallSchema.safeParse({ operation: 'files.get', path: [], headers: [['authorization', 'x']] }).success)
  assert.ok(!nextcloudCallSchema.safeParse({ operation: 'files.get', path: [], headers: [['accept', 'x\r\ny']] }).success)
})

test('an account, a part, a path or a query that the operation does not take is refused', () => {
  const calls: readonly NextcloudCall[] = [
    { operation: 'files.get', path: ['a'], parts: { account: 'alice' } },
    { operation: 'deck.board' },
    { operation: 'deck.board', parts: { board: '1', x: '2' } },
    { operation: 'deck.boards', path: ['..'] },
    { operation: 'files.get', path: ['a'], destination: ['b'] },
    { operation: 'files.move', path: ['a'] },
    { operation: 'files.get', path: ['a'], query: [['x', 'y']] },
    {
      operation: 'files.get',
      path: ['a'],
      headers: [
        ['accept', 'a'],
        ['accept', 'b'],
      ],
    },
  ]
  for (const call of calls) assert.throws(() => build(call), { name: 'Refusal' }, JSON.stringify(call))
})

test("10,000 fuzzed paths and queries stay below the account's root and on one line", () => {
  const random = seededRandom(9)
  const splinters = ['..', '.', '%2e', '/', '\\', 'a', 'ü', '?', '#', '%', '\r\n', ' ', ';', '😀', '\0', '&', '=', '+']
  let accepted = 0
  for (let input = 0; input < 10_000; input += 1) {
    const segment = (): string => Array.from({ length: 1 + random.integer(3) }, () => random.pick(splinters)).join('')
    const given = { operation: 'files.get', path: [segment(), segment()], query: [['format', segment()]] }
    const call = nextcloudCallSchema.safeParse(given)
    if (!call.success) continue
    accepted += 1
    const { method, target, fields } = build(call.data)
    const url = new URL(target, origin)
    assert.equal(url.pathname.split('/').length, 7, target)
    assert.ok(url.pathname.startsWith('/remote.php/dav/files/aria/') && url.hash === '')
    assert.deepEqual(url.pathname.split('/').slice(5).map(decodeURIComponent), given.path)
    requestHead({ method, target, host: 'cloud.example' }, fields)
  }
  assert.ok(accepted > 300)
})

test('inviting, overwriting and public links are more than they look', () => {
  const put: NextcloudCall = { operation: 'calendar.put', path: ['personal', 'x.ics'] }
  const event = (line: string): Buffer => Buffer.from(`BEGIN:VEVENT\r\n${line}\r\nEND:VEVENT`)
  assert.equal(callFacts(put, event('SUMMARY:x')).effect, 'write')
  const invited = callFacts(put, event('ATTENDEE;CN=Mallory;RSVP=TRUE:mailto:mal\r\n lory@evil.example'))
  assert.equal(invited.effect, 'egress')
  assert.deepEqual(invited.places.at(-1), ['mallory@evil.example', 'mailto:mallory@evil.example'])
  const move: NextcloudCall = { operation: 'files.move', path: ['a'], destination: ['b'] }
  assert.equal(callFacts(move, nothing).effect, 'destructive')
  assert.equal(callFacts({ ...move, headers: [['overwrite', 'F']] }, nothing).effect, 'write')
  const link = callFacts({ operation: 'shares.create' }, Buffer.from('{"path":"/a.md","shareType":3}'))
  assert.deepEqual([link.effect, link.places], ['egress', [['public-link'], ['a.md', '/a.md']]])
  assert.throws(() => callFacts({ operation: 'shares.create' }, Buffer.from('path=/a&shareType=3')), { name: 'Refusal' })
})
