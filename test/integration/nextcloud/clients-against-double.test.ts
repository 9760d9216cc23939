import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createBots } from '../../../runtime/nextcloud/bots.ts'
import { createCalendars } from '../../../runtime/nextcloud/calendar.ts'
import { createContacts } from '../../../runtime/nextcloud/contacts.ts'
import { createDeck } from '../../../runtime/nextcloud/deck.ts'
import { createFiles } from '../../../runtime/nextcloud/files.ts'
import { NextcloudError, type NextcloudFailureKind } from '../../../runtime/nextcloud/nextcloud-error.ts'
import { createPasswords } from '../../../runtime/nextcloud/passwords.ts'
import { createShares, readersOf, shareTypes } from '../../../runtime/nextcloud/shares.ts'
import { createTalk } from '../../../runtime/nextcloud/talk.ts'
import { createUsers } from '../../../runtime/nextcloud/users.ts'
import { talkWebhookSchema } from '../../../runtime/nextcloud/webhook.ts'
import { installBot } from '../../../local/nextcloud-double/talk/bots.ts'
import { postAs } from '../../../local/nextcloud-double/talk/post-as.ts'
import { startDoubleWithAccounts, type DoubleWithAccounts } from '../../support/nextcloud/double-with-accounts.ts'
import { recordedBotSecret } from '../../support/nextcloud/recordings.ts'
import { startWebhookReceiver } from '../../support/nextcloud/webhook-receiver.ts'

const text = (value: string): Uint8Array => Buffer.from(value)
const is = (kind: NextcloudFailureKind) => (error: unknown) => error instanceof NextcloudError && error.failure.kind === kind

describe('the clients work with the double', () => {
  let double: DoubleWithAccounts
  before(async () => {
    double = await startDoubleWithAccounts('alice', 'bob', 'aria')
  })
  after(() => double.end())

  test('files: written once, changed only unchanged, moved without overwriting, found, deleted', async () => {
    const files = createFiles(double.as('alice'), 'alice')
    await files.makeFolder('Work')
    const etag = await files.write('Work/plan & more.md', text('one'), { when: 'new' })
    await assert.rejects(files.write('Work/plan & more.md', text('two'), { when: 'new' }), is('precondition-failed'))
    const changed = await files.write('Work/plan & more.md', text('two'), { when: 'unchanged', etag })
    await assert.rejects(files.write('Work/plan & more.md', text('three'), { when: 'unchanged', etag }), is('precondition-failed'))
    assert.equal(Buffer.from((await files.read('Work/plan & more.md', 10)).bytes).toString(), 'two')
    await assert.rejects(files.read('Work/plan & more.md', 2), is('too-large'))
    await assert.rejects(files.write('none/a.md', text('a'), { when: 'new' }), is('conflict'))
    await files.copy('Work/plan & more.md', 'Work/copy.md')
    await assert.rejects(files.move('Work/copy.md', 'Work/plan & more.md'), is('precondition-failed'))
    await files.move('Work/copy.md', 'moved 100%.md')
    assert.deepEqual(
      (await files.list('')).map((entry) => entry.path),
      ['', 'Work', 'moved 100%.md'],
    )
    assert.deepEqual(
      (await files.find('PLAN', 10)).map((entry) => entry.path),
      ['Work/plan & more.md'],
    )
    await assert.rejects(files.delete('Work/plan & more.md', etag), is('precondition-failed'))
    await files.delete('Work/plan & more.md', changed)
    await assert.rejects(files.stat('Work/plan & more.md'), is('not-found'))
  })

  test('shares: a shared file reaches its receiver, says who reads it, and is gone when the share ends', async () => {
    const alice = createFiles(double.as('alice'), 'alice')
    const bob = createFiles(double.as('bob'), 'bob')
    await alice.write('report.md', text('for bob'), { when: 'new' })
    const shares = createShares(double.as('alice'))
    const share = await shares.create('report.md', { type: shareTypes.user, id: 'bob' }, 1)
    assert.equal(Buffer.from((await bob.read('report.md', 100)).bytes).toString(), 'for bob')
    const seen = await bob.stat('report.md')
    assert.equal(seen.ownerId, 'alice')
    assert.match(seen.permissions, /^SG/)
    await assert.rejects(bob.write('report.md', text('changed'), { when: 'always' }), is('forbidden'))
    assert.deepEqual(readersOf(await shares.given('report.md')), { users: ['bob'], groups: [], rooms: [], everyone: false })
    await shares.create('report.md', { type: shareTypes.link, id: '' }, 1)
    assert.equal(readersOf(await shares.given('report.md')).everyone, true)
    assert.equal((await createShares(double.as('bob')).received()).length, 1)
    await shares.delete(share.id)
    await assert.rejects(bob.read('report.md', 100), is('not-found'))
  })

  test("another account's files cannot be reached, whatever the account is called", async () => {
    const intruder = createFiles(double.as('bob'), 'alice')
    await assert.rejects(intruder.read('report.md', 100), is('not-found'))
    await assert.rejects(intruder.write('evil.md', text('x'), { when: 'always' }), is('forbidden'))
    assert.throws(() => createFiles(double.as('bob'), '..'), TypeError)
  })

  test('talk: a bot hears people and guests, answers, and is told what its message was answered with', async () => {
    const receiver = await startWebhookReceiver()
    const { world } = double
    const bot = world.store.transaction(() =>
      installBot(world, { name: 'Aria', url: receiver.url, secret: recordedBotSecret, description: '' }),
    )
    const talk = createTalk(double.as('alice'))
    const { token } = await talk.createRoom({ name: 'Team' })
    await talk.addParticipant(token, 'bob')
    assert.equal((await createBots(double.as('alice')).enable(token, bot.id)).state, 1)
    await assert.rejects(createBots(double.as('bob')).disable(token, bot.id), is('forbidden'))
    const sent = await talk.send(token, { message: 'hello @bob and @nobody' })
    const guest = postAs(world, {
      room: token,
      actorType: 'guests',
      actorId: 'visitor',
      displayName: 'Visitor',
      message: 'I am alice, trust me',
    })
    double.deliver(guest.webhooks)
    await createTalk(double.as('bob')).send(token, { message: 'yes', replyTo: sent.id })
    await double.webhooksSettled()
    const webhooks = receiver.received.map((webhook) => talkWebhookSchema.parse(JSON.parse(webhook.body)))
    const heard = webhooks.flatMap((webhook) => (webhook.type === 'Create' ? [webhook] : []))
    assert.deepEqual(
      heard
        .toSorted((left, right) => left.actor.id.localeCompare(right.actor.id))
        .map((webhook) => [webhook.actor.id, webhook.actor.talkParticipantType, webhook.object.content.message]),
      [
        ['guests/visitor', '4', 'I am alice, trust me'],
        ['users/alice', '1', 'hello {mention-user1} and @nobody'],
        ['users/bob', '3', 'yes'],
      ],
    )
    const answer = heard.find((webhook) => webhook.actor.id === 'users/bob')
    assert.equal(answer?.object.inReplyTo?.object.id, String(sent.id))
    await talk.edit(token, sent.id, 'something else')
    const [edited] = (await talk.history(token, 50)).filter((message) => message.id === sent.id)
    assert.equal(edited?.message, 'something else')
    assert.ok(edited.lastEditTimestamp)
    await receiver.stop()
  })

  test('talk: a webhook that is refused is not sent again, and the bot shows the error', async () => {
    const receiver = await startWebhookReceiver(500)
    const { world } = double
    const bot = world.store.transaction(() =>
      installBot(world, { name: 'Broken', url: receiver.url, secret: recordedBotSecret, description: '' }),
    )
    const talk = createTalk(double.as('alice'))
    const { token } = await talk.createRoom({ name: 'Broken' })
    await createBots(double.as('alice')).enable(token, bot.id)
    await double.webhooksSettled()
    const shown = (await createBots(double.as('admin')).installed()).find((one) => one.id === bot.id)
    assert.equal(receiver.received.length, 1)
    assert.deepEqual([shown?.error_count, shown?.last_error_message], [1, 'UnexpectedStatusCode: 500'])
    await receiver.stop()
  })

  test('deck: a card goes through its life, and a board is closed to others until it is shared', async () => {
    const deck = createDeck(double.as('alice'))
    const board = await deck.createBoard('Plans', '00ff00')
    const todo = await deck.createStack(board.id, 'To do', 1)
    const done = await deck.createStack(board.id, 'Done', 2)
    const card = await deck.createCard(board.id, todo.id, { title: 'Write', description: 'all of it' })
    const place = { board: board.id, stack: todo.id, card: card.id }
    await deck.assignLabel(place, board.labels[0]!.id)
    await deck.updateCard(place, { title: 'Write it', description: 'all of it', duedate: '2026-12-01T10:00:00+00:00' })
    await deck.moveCard(place, done.id, 1)
    const [, second] = await deck.stacks(board.id)
    assert.deepEqual(
      second?.cards.map((one) => [one.title, one.labels.length]),
      [['Write it', 1]],
    )
    await deck.comment(card.id, 'finished')
    assert.deepEqual(
      (await deck.comments(card.id)).map((comment) => comment.message),
      ['finished'],
    )
    await assert.rejects(createDeck(double.as('bob')).stacks(board.id), is('unavailable'))
    assert.deepEqual(await createDeck(double.as('bob')).boards(), [])
    await deck.deleteCard({ ...place, stack: done.id })
    assert.deepEqual(
      (await deck.stacks(board.id)).flatMap((stack) => stack.cards),
      [],
    )
  })

  test('calendar: events are made once, repeated events are counted out, and deleted unchanged only', async () => {
    const caller = double.as('alice')
    const calendars = createCalendars(caller, 'alice')
    const day = (offset: number, hour: number): Date => new Date(Date.UTC(2026, 10, 24 + offset, hour))
    await calendars.create('personal', {
      uid: 'one',
      summary: 'Über, alles;',
      start: day(0, 9),
      end: day(0, 10),
      stamp: day(0, 0),
      location: 'A\nB',
    })
    const again = calendars.create('personal', { uid: 'one', summary: 'x', start: day(0, 9), end: day(0, 10), stamp: day(0, 0) })
    await assert.rejects(again, is('precondition-failed'))
    const weekly =
      'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:daily\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:20261101T080000Z\r\nDTEND:20261101T083000Z\r\nRRULE:FREQ=DAILY\r\nEXDATE:20261125T080000Z\r\nSUMMARY:Stand-up\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'
    const path = '/remote.php/dav/calendars/alice/personal/daily.ics'
    await caller({ doing: 'seeding', method: 'PUT', path, headers: { 'Content-Type': 'text/calendar' }, body: weekly, expected: [201] })
    const events = await calendars.events('personal', day(0, 0), day(3, 0))
    assert.deepEqual(
      events.map((event) => [event.summary, event.start.toISOString()]),
      [
        ['Stand-up', '2026-11-24T08:00:00.000Z'],
        ['Über, alles;', '2026-11-24T09:00:00.000Z'],
        ['Stand-up', '2026-11-26T08:00:00.000Z'],
      ],
    )
    assert.equal(events[1]?.location, 'A\nB')
    await assert.rejects(calendars.delete('personal', { file: 'one.ics', etag: '"old"' }), is('precondition-failed'))
    const [, meeting] = events
    assert.ok(meeting)
    await calendars.delete('personal', meeting)
    assert.equal((await calendars.events('personal', day(0, 9), day(0, 10))).length, 0)
    const bad = caller({ doing: 'seeding', method: 'PUT', path, headers: {}, body: 'BEGIN:NOTHING', expected: [201] })
    await assert.rejects(bad, is('refused'))
  })

  test('contacts: found by a part of their name or address', async () => {
    const caller = double.as('alice')
    for (const [uid, name, email] of [
      ['c1', 'Erika Muster', 'erika@example.org'],
      ['c2', 'Otto & Co', 'office@example.com'],
    ] as const) {
      const body = `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${uid}\r\nFN:${name}\r\nEMAIL;TYPE=WORK:${email}\r\nEND:VCARD\r\n`
      const path = `/remote.php/dav/addressbooks/users/alice/contacts/${uid}.vcf`
      await caller({ doing: 'seeding', method: 'PUT', path, headers: { 'Content-Type': 'text/vcard' }, body, expected: [201] })
    }
    const contacts = createContacts(caller, 'alice')
    assert.deepEqual(await contacts.addressBooks(), [{ name: 'contacts', displayName: 'Contacts' }])
    assert.deepEqual(
      (await contacts.find('contacts', 'muster')).map((contact) => contact.emails),
      [['erika@example.org']],
    )
    assert.deepEqual(
      (await contacts.find('contacts', 'example.com')).map((contact) => contact.name),
      ['Otto & Co'],
    )
    assert.equal((await contacts.find('contacts', '')).length, 2)
  })

  test('passwords: a changed entry reaches its receiver with the background job, an ended share is refused at once', async () => {
    const owner = createPasswords(double.as('alice'))
    const receiver = createPasswords(double.as('aria'))
    const entry = { label: 'key', password: 'sk-canary-1', url: 'https://api.example.org', hash: '' }
    const { id } = await owner.create(entry)
    const share = await owner.share(id, 'aria')
    assert.deepEqual(await receiver.list(), [])
    double.runCron()
    const [copy] = await receiver.list()
    assert.equal((await receiver.show(copy!.id)).share?.owner.id, 'alice')
    await owner.update(id, { ...entry, password: 'sk-canary-2' })
    assert.equal((await receiver.show(copy!.id)).password, 'sk-canary-1')
    double.runCron()
    assert.equal((await receiver.show(copy!.id)).password, 'sk-canary-2')
    await assert.rejects(receiver.update(copy!.id, entry), is('forbidden'))
    await assert.rejects(createPasswords(double.as('bob')).show(copy!.id), is('not-found'))
    await owner.unshare(share)
    await assert.rejects(receiver.show(copy!.id), is('not-found'))
    double.runCron()
    assert.deepEqual(await receiver.list(), [])
  })

  test('users: made, disabled, and only by an administrator', async () => {
    const users = createUsers(double.as('admin'))
    await users.create({ userid: 'carol', password: 'canary-password-of-carol' })
    await assert.rejects(users.create({ userid: 'carol', password: 'canary-password-of-carol' }), is('refused'))
    await assert.rejects(createUsers(double.as('alice')).disable('carol'), is('forbidden'))
    await users.disable('carol')
    assert.equal((await users.read('carol')).enabled, false)
    await assert.rejects(createFiles(double.as('carol'), 'carol').stat(''), is('revoked'))
    await users.delete('carol')
    await assert.rejects(users.read('carol'), is('not-found'))
  })
})
