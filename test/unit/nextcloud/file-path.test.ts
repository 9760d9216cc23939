import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createCaller } from '../../../runtime/nextcloud/caller.ts'
import { davPath, pathSegments, UnsafePathError } from '../../../runtime/nextcloud/file-path.ts'
import { createFiles } from '../../../runtime/nextcloud/files.ts'
import { scriptedSend } from '../../support/nextcloud/recorded-send.ts'
import { matchRoute, openRoute } from '../../../local/nextcloud-double/route.ts'

const root = '/remote.php/dav/files/aria'

const unsafe = [
  '..',
  '../alice/secret.md',
  'Notes/../../alice/secret.md',
  './notes.md',
  'Notes//notes.md',
  '//alice/notes.md',
  'Notes/..',
  'Notes/.',
  '%2e%2e/alice',
  '%2E%2e/alice',
  '.%2e/alice',
  'Notes/%2e%2e%2falice',
  'Notes%2f..%2falice',
  '%252e%252e/alice',
  '%25252e%25252e/alice',
  'Notes\\..\\alice',
  'Notes%5c..%5calice',
  '..;/alice\\',
  'notes\u0000.md',
  'notes%00.md',
  'notes.md\r\nX-Evil: 1',
  'notes%0d%0a.md',
  '\uff0e\uff0e/alice',
  '\u2024\u2024/alice',
  'a\uff0fb',
  ' .. /alice',
  '\ud800.md',
  'a'.repeat(256),
  Array.from({ length: 33 }, () => 'a').join('/'),
]

for (const path of unsafe) {
  test(`the path ${JSON.stringify(path.slice(0, 40))} is refused`, () => {
    assert.throws(() => pathSegments(path), UnsafePathError)
  })
}

for (const path of [
  'notes.md',
  '/Notes/today.md',
  'Notes/',
  'a%b.md',
  '100%.txt',
  '..notes',
  'v1..2.md',
  '…',
  'Grüße/日本 語.md',
  '#1?.md',
  "it's.md",
]) {
  test(`the path ${JSON.stringify(path)} is taken and reaches that file`, () => {
    const sent = davPath(root, path)
    assert.match(sent, /^[\x21-\x7e]+$/)
    const segments = sent.slice(root.length).split('/').filter(Boolean).map(decodeURIComponent)
    assert.deepEqual(segments, pathSegments(path))
  })
}

test('nothing unsafe is ever sent, whatever call it is given to', async () => {
  const { send, sent } = scriptedSend([{ status: 207 }])
  const files = createFiles(createCaller({ send, attempts: 1 }), 'aria')
  for (const path of unsafe) {
    for (const call of [
      () => files.list(path),
      () => files.stat(path),
      () => files.read(path, 10),
      () => files.write(path, new Uint8Array(), { when: 'always' }),
      () => files.makeFolder(path),
      () => files.delete(path, '"e"'),
      () => files.move(path, 'ok'),
      () => files.move('ok', path),
      () => files.copy('ok', path),
    ]) {
      await assert.rejects(async () => call(), UnsafePathError)
    }
  }
  assert.equal(sent.length, 0)
})

test('no text becomes a path that a server serves from outside the account', () => {
  const route = [openRoute('GET /remote.php/dav/files/{user}/{path*}', 'documented', () => ({ status: 200, headers: {}, body: '' }))]
  const part = fc.constantFrom('.', '..', '/', '\\', '%', '2e', '%2e', '%2f', '%252e', 'a', '\uff0e', ' ', '\0', '?', '#', ';')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
        fc.string({ unit: 'binary', maxLength: 20 }),
      ),
      (text) => {
        let path: string
        try {
          path = davPath(root, text)
        } catch (error) {
          assert.ok(error instanceof UnsafePathError)
          return
        }
        const match = matchRoute(route, 'GET', path === root ? `${root}/` : path)
        assert.equal(match?.parameters['user'], 'aria')
        assert.deepEqual(match?.parameters['path']?.split('/').filter(Boolean), [...pathSegments(text)])
      },
    ),
    { numRuns: 300 },
  )
})
