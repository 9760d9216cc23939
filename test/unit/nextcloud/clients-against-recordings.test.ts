import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBots } from '../../../runtime/nextcloud/bots.ts'
import { createCalendars } from '../../../runtime/nextcloud/calendar.ts'
import { createCaller, type Caller } from '../../../runtime/nextcloud/caller.ts'
import { createCore } from '../../../runtime/nextcloud/core.ts'
import { createDeck } from '../../../runtime/nextcloud/deck.ts'
import { createFiles } from '../../../runtime/nextcloud/files.ts'
import { NextcloudError, type NextcloudFailureKind } from '../../../runtime/nextcloud/nextcloud-error.ts'
import { createPasswords } from '../../../runtime/nextcloud/passwords.ts'
import { createTalk } from '../../../runtime/nextcloud/talk.ts'
import { createUsers } from '../../../runtime/nextcloud/users.ts'
import { recordedSend } from '../../support/nextcloud/recorded-send.ts'
import { recording, type RecordingName } from '../../support/nextcloud/recordings.ts'

const account = 'moltagent2'
const room = 'yqi5rbr7'
const entry = '6653bdab-7f55-413e-a88a-e8018ed3b3a1'
const own = '79993053-6f39-4dd0-bd3b-a7749cdb1b2a'
const share = '3221e843-3cc8-4ebe-a73d-722c3bf7f88c'
const unknown = '00000000-0000-4000-8000-000000000000'
const failing = (kind: NextcloudFailureKind) => ({ failure: kind })

const signatureOf = (name: string): { random: string; signature: string } => {
  const all = [...recording('talk'), ...recording('revocation')]
  const headers = all.find((exchange) => exchange.name === name)!.request.headers
  return { random: headers['X-Nextcloud-Talk-Bot-Random']!, signature: headers['X-Nextcloud-Talk-Bot-Signature']! }
}

interface Conversation {
  readonly run: (caller: Caller) => Promise<unknown>
  /** Fields that the parsed answer must have, or the failure that must be thrown. */
  readonly expect: Readonly<Record<string, unknown>> | { readonly failure: NextcloudFailureKind }
  /** Set where the recorded request was written by hand in another way than a client writes it. */
  readonly requestDiffers?: string
}

const call = (run: Conversation['run'], expect: Conversation['expect'], requestDiffers?: string): Conversation => ({
  run,
  expect,
  ...(requestDiffers === undefined ? {} : { requestDiffers }),
})

const conditional =
  (when: 'new' | 'always'): Conversation['run'] =>
  (caller) =>
    createFiles(caller, account).write('Moltagent/notes.md', Buffer.from(when === 'new' ? 'x' : '# Notes\nhello\n'), { when })

const conversations: Readonly<Record<RecordingName, Readonly<Record<string, Conversation>>>> = {
  core: {
    status: call((caller) => createCore(caller).status(), { productname: 'Nextcloud', maintenance: false }),
    'who am I': call((caller) => createCore(caller).whoAmI(), { id: account, enabled: true }),
    'mint an app password': call((caller) => createCore(caller).mintAppPassword(), {}),
    'wrong password': call((caller) => createCore(caller).whoAmI(), failing('unauthorised')),
    'app password works': call((caller) => createCore(caller).whoAmI(), { id: account }),
    'delete own app password': call((caller) => createCore(caller).endAppPassword(), {}),
    'deleted app password': call((caller) => createCore(caller).whoAmI(), failing('unauthorised')),
  },
  talk: {
    'owner makes a group room': call((caller) => createTalk(caller).createRoom({ name: 'fixture' }), { token: room, participantType: 1 }),
    'owner adds the agent user': call((caller) => createTalk(caller).addParticipant(room, account), {}),
    'admin lists bots': call((caller) => createBots(caller).installed(), { 0: { id: 1, error_count: 0, state: 1 } }),
    'owner enables the bot in the room': call((caller) => createBots(caller).enable(room, 1), { id: 1, state: 1 }),
    'owner writes': call((caller) => createTalk(caller).send(room, { message: 'please summarise notes.md @moltagent2' }), {
      id: 11,
      message: 'please summarise notes.md {mention-user1}',
    }),
    'bot replies, signed, no user password': call((caller) => {
      const referenceId = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'
      const message = { message: 'Working on it', replyTo: 11, referenceId, silent: false }
      return createBots(caller).send(room, message, signatureOf('bot replies, signed, no user password'))
    }, {}),
    'bot replies with a bad signature': call(
      (caller) => createBots(caller).send(room, { message: 'Forged' }, signatureOf('bot replies with a bad signature')),
      failing('unauthorised'),
    ),
    'bot reacts': call((caller) => createBots(caller).react(room, 11, '👀', signatureOf('bot reacts')), {}),
    'owner reads the chat': call((caller) => createTalk(caller).history(room, 20), {
      0: { id: 13, actorType: 'bots', systemMessage: 'reaction' },
      1: { id: 12, message: 'Working on it' },
    }),
    'owner replies to the bot message': call((caller) => createTalk(caller).send(room, { message: 'yes', replyTo: 12 }), { id: 15 }),
  },
  passwords: {
    'owner creates': call(
      (caller) => {
        const texts = { label: 'deepseek-api-key', username: 'api', password: 'sk-fixture-0001', url: 'https://api.deepseek.com' }
        return createPasswords(caller).create({ ...texts, hash: 'e67580611c56e5c880e2e09b02cadebe9daf8c74' })
      },
      { id: own },
    ),
    'owner shares with the agent': call((caller) => createPasswords(caller).share(own, account), {}),
    'agent lists before cron': call((caller) => createPasswords(caller).list(), { length: 1 }),
    'agent lists ids after cron': call((caller) => createPasswords(caller).list(), { 0: { id: entry } }),
    'agent shows one with share': call((caller) => createPasswords(caller).show(entry), {
      id: entry,
      password: 'sk-fixture-0001',
      trashed: false,
    }),
    'agent share list': call((caller) => createPasswords(caller).shares(), { 0: { id: share, password: entry } }),
    'owner unshares': call((caller) => createPasswords(caller).unshare(share), {}),
    'after unshare, before cron: list still has it': call((caller) => createPasswords(caller).list(), { 0: { id: entry } }),
    'after unshare, before cron: show with share is 404': call((caller) => createPasswords(caller).show(entry), failing('not-found')),
    'show unknown id': call((caller) => createPasswords(caller).show(unknown), failing('not-found')),
    'owner deletes (to trash)': call((caller) => createPasswords(caller).delete(own), {}),
  },
  files: {
    mkcol: call((caller) => createFiles(caller, account).makeFolder('Moltagent'), failing('conflict')),
    'mkcol again': call((caller) => createFiles(caller, account).makeFolder('/Moltagent/'), failing('conflict')),
    put: call(conditional('always'), {}, 'content type'),
    'put if-none-match on existing': call(conditional('new'), failing('precondition-failed')),
    'put with a stale etag': call(
      (caller) => createFiles(caller, account).write('Moltagent/notes.md', Buffer.from('x'), { when: 'unchanged', etag: '"0000"' }),
      failing('precondition-failed'),
    ),
    get: call((caller) => createFiles(caller, account).read('Moltagent/notes.md', 1000), { etag: '"a182158117230a2adff4193f50beff8b"' }),
    'propfind depth 1': call((caller) => createFiles(caller, account).list('Moltagent'), {
      0: { path: 'Moltagent', kind: 'folder', fileId: '585', permissions: 'RGDNVCK', etag: '"6b039f1728ce7"' },
      1: { path: 'Moltagent/notes.md', kind: 'file', sizeBytes: 14, contentType: 'text/markdown', ownerId: account },
    }),
    'get missing': call((caller) => createFiles(caller, account).read('Moltagent/none.md', 1000), failing('not-found')),
  },
  deck: {
    'create board': call((caller) => createDeck(caller).createBoard('Work', '0082c9'), { id: 2, title: 'Work' }),
    'create stack': call((caller) => createDeck(caller).createStack(2, 'Inbox', 1), { id: 2, order: 1, cards: [] }),
    'create card': call((caller) => createDeck(caller).createCard(2, 2, { title: 'Draft a reply', order: 1, description: 'WORKFLOW' }), {
      id: 2,
      description: 'WORKFLOW',
      labels: [],
    }),
    'list stacks with cards': call((caller) => createDeck(caller).stacks(2), { 0: { id: 2, title: 'Inbox' } }),
    comment: call((caller) => createDeck(caller).comment(2, 'on it'), { id: 16, message: 'on it', actorId: account }),
    'board of another user': call((caller) => createDeck(caller).board(2), failing('unavailable')),
  },
  calendar: {
    calendars: call((caller) => createCalendars(caller, account).list(), {
      0: { name: 'personal', displayName: 'Personal', components: ['VEVENT'] },
      2: { name: 'app-generated--deck--board-1', displayName: 'Deck: Work', components: ['VTODO'] },
    }),
    'put event': call(
      (caller) => {
        const times = {
          start: new Date('2026-11-24T09:00:00Z'),
          end: new Date('2026-11-24T10:00:00Z'),
          stamp: new Date('2026-11-23T00:00:00Z'),
        }
        return createCalendars(caller, account).create('personal', { uid: 'fixture-1', summary: 'Review', ...times })
      },
      failing('precondition-failed'),
      'product id and line folding',
    ),
    'report time range': call(
      (caller) => createCalendars(caller, account).events('personal', new Date('2026-11-24T00:00:00Z'), new Date('2026-11-25T00:00:00Z')),
      {
        0: {
          uid: 'fixture-1',
          summary: 'Review',
          start: new Date('2026-11-24T09:00:00Z'),
          etag: '"4505240dedc8cf85da721e3e280b703f"',
          allDay: false,
        },
      },
    ),
  },
  revocation: {
    'admin disables the agent user': call((caller) => createUsers(caller).disable(account), {}),
    'disabled: OCS': call((caller) => createCore(caller).whoAmI(), failing('unauthorised')),
    'disabled: passwords': call((caller) => createPasswords(caller).list(), failing('revoked')),
    'disabled: WebDAV': call((caller) => createFiles(caller, account).stat(''), failing('revoked'), 'it asked for no properties'),
    'disabled: bot reply still works': call(
      (caller) => createBots(caller).send(room, { message: 'still here' }, signatureOf('disabled: bot reply still works')),
      {},
    ),
    'disabled: bot removed from the room': call((caller) => createBots(caller).disable(room, 1), { id: 1, state: 0 }),
    'bot reply after removal': call(
      (caller) => createBots(caller).send(room, { message: 'again' }, signatureOf('bot reply after removal')),
      failing('unauthorised'),
    ),
    'admin enables the agent user': call((caller) => createUsers(caller).enable(account), {}),
  },
}

/** Recorded requests that no client makes, and why. */
const notMade: ReadonlySet<string> = new Set([
  'core: capabilities', // read by nobody
  'talk: owner reacts to the bot message (approval)', // a person's act
  'passwords: session request', // only needed with client-side encryption, which is refused
  'passwords: after unshare, before cron: show without share still answers', // the fallacy: never asked without the share
  'files: path traversal', // refused before it is sent
  "files: another user's root", // cannot be expressed
])

for (const name of Object.keys(conversations) as RecordingName[]) {
  for (const exchange of recording(name)) {
    const title = `${name}: ${exchange.name}`
    const conversation = conversations[name][exchange.name]
    if (!conversation) {
      test(`${title}: no client makes this request`, () => assert.ok(notMade.has(title)))
      continue
    }
    test(`${title}: the client sends what was recorded and reads the answer`, async () => {
      const { send, sent } = recordedSend(name, exchange.name)
      const caller = createCaller({ send, attempts: 1 })
      if ('failure' in conversation.expect) {
        const { failure } = conversation.expect
        await assert.rejects(conversation.run(caller), (error) => error instanceof NextcloudError && error.failure.kind === failure)
      } else {
        const result = await conversation.run(caller)
        if (Object.keys(conversation.expect).length > 0) assert.partialDeepStrictEqual(plain(result), conversation.expect)
      }
      const request = sent.at(-1)!
      assert.equal(request.method, exchange.request.method)
      assert.equal(decodeURI(request.path).replace(/\/$/, ''), exchange.request.path.replace(/\/$/, ''))
      if (conversation.requestDiffers !== undefined) return
      assert.deepEqual(bodyOf(request.body), exchange.request.body === null ? null : bodyOf(Buffer.from(exchange.request.body)))
      for (const header of ['If-Match', 'If-None-Match', 'Depth', 'OCS-APIRequest', 'X-Nextcloud-Talk-Bot-Signature']) {
        assert.equal(request.headers[header], exchange.request.headers[header], header)
      }
    })
  }
}

function bodyOf(bytes: Uint8Array | null): unknown {
  const text = bytes === null ? null : Buffer.from(bytes).toString('utf8')
  return text?.startsWith('{') ? JSON.parse(text) : text
}

/** A list as an object of its numbered entries, so that some of them can be compared. */
function plain(result: unknown): unknown {
  return Array.isArray(result) ? Object.assign({ length: result.length }, result) : result
}
