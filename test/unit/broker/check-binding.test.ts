import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkBinding } from '../../../runtime/broker/binding/check-binding.ts'
import { entryProblem } from '../../../runtime/broker/binding/check-entry.ts'
import { isHostName } from '../../../runtime/broker/binding/host-name.ts'
import type { CredentialBinding } from '../../../runtime/protocol/runtime-config.ts'
import { fuzzBinding } from '../../support/broker/fuzz-binding.ts'
import { hostileUrls } from '../../support/broker/hostile-urls.ts'

const binding: CredentialBinding = {
  handle: 'service',
  entry: '6653bdab-7f55-413e-a88a-e8018ed3b3a1',
  owner: 'vault',
  host: 'ok.example',
  port: 443,
  methods: ['POST'],
  paths: ['/v1/x', '/files/*'],
  header: 'Authorization',
  format: 'Bearer {}',
  maxPerHour: 10,
}

const request = { method: 'POST', url: 'https://ok.example/v1/x', headers: [] as (readonly [string, string])[] }

test('a request that fits is bound, with or without the port and with a query', () => {
  for (const url of [
    'https://ok.example/v1/x',
    'https://ok.example:443/v1/x',
    'https://ok.example/v1/x?a=b&c=%20',
    'https://ok.example/files/a/b',
  ]) {
    assert.ok(checkBinding({ ...request, url }, binding).ok, url)
  }
})

for (const url of hostileUrls) {
  test(`${JSON.stringify(url)} is not bound`, () => assert.ok(!checkBinding({ ...request, url }, binding).ok))
}

test('a path with a star needs something deeper', () => {
  assert.ok(!checkBinding({ ...request, url: 'https://ok.example/files/' }, binding).ok)
  assert.ok(!checkBinding({ ...request, url: 'https://ok.example/files' }, binding).ok)
  assert.ok(!checkBinding({ ...request, url: 'https://ok.example/filesystem' }, binding).ok)
})

test('another method is refused, also when it differs only in case', () => {
  for (const method of ['GET', 'post', 'POST ', 'CONNECT', '']) {
    const verdict = checkBinding({ ...request, method }, binding)
    assert.deepEqual(verdict, { ok: false, problem: 'method-not-bound' })
  }
})

test('headers that route, frame, authenticate, or rewrite the method are refused, as is a repeated one', () => {
  const names = [
    'Host',
    'Authorization',
    'authorization',
    'Connection',
    'Content-Length',
    'Transfer-Encoding',
    'Cookie',
    'X-Api-Key',
    'Range',
  ]
  for (const name of [
    ...names,
    'X-HTTP-Method-Override',
    'X-Forwarded-Host',
    'Forwarded',
    'Proxy-Authorization',
    'Expect',
    'Accept-Encoding',
    'Content-Type ',
  ]) {
    assert.deepEqual(checkBinding({ ...request, headers: [[name, 'x']] }, binding), { ok: false, problem: 'header-not-allowed' }, name)
  }
  const twice = [['accept', 'a'] as const, ['Accept', 'b'] as const]
  assert.deepEqual(checkBinding({ ...request, headers: twice }, binding), { ok: false, problem: 'header-not-allowed' })
  for (const value of ['a\r\nX: y', 'a\0', 'é', 'x'.repeat(2000)]) {
    assert.deepEqual(checkBinding({ ...request, headers: [['accept', value]] }, binding), { ok: false, problem: 'header-malformed' })
  }
  const own = { ...binding, header: 'anthropic-beta' }
  assert.deepEqual(checkBinding({ ...request, headers: [['Anthropic-Beta', 'x']] }, own), { ok: false, problem: 'header-not-allowed' })
})

test('a binding that is not itself strict is never used', () => {
  const urls: readonly (readonly [Partial<CredentialBinding>, string])[] = [
    [{ host: '127.0.0.1' }, 'https://127.0.0.1/v1/x'],
    [{ host: 'ok.example.' }, 'https://ok.example./v1/x'],
    [{ host: '*.example' }, 'https://*.example/v1/x'],
    [{ header: 'Host' }, request.url],
    [{ header: 'Content-Length' }, request.url],
    [{ format: 'Bearer' }, request.url],
    [{ format: 'Bearer {} {}' }, request.url],
    [{ format: 'Bearer {}\r\nX: y' }, request.url],
  ]
  for (const [change, url] of urls) {
    assert.deepEqual(checkBinding({ ...request, url }, { ...binding, ...change }), { ok: false, problem: 'binding-malformed' })
  }
})

test('host names are names: no address in any notation, no dot at the end', () => {
  for (const host of ['ok.example', 'xn--bcher-kva.example', 'a.b-c.d1']) assert.ok(isHostName(host), host)
  for (const host of [
    'localhost',
    '1.2.3.4',
    '0x7f.1',
    'a.1',
    'a.0x',
    'a.example.',
    '-a.example',
    'a_b.example',
    'a..b',
    '',
    `${'a'.repeat(64)}.example`,
  ]) {
    assert.ok(!isHostName(host), host)
  }
})

const entry = {
  id: binding.entry,
  url: 'https://ok.example',
  trashed: false,
  cseType: 'none',
  share: { owner: { id: 'vault', name: 'vault' }, receiver: { id: 'aria', name: 'aria' } },
  password: 'xxxxxxxx',
}

test('an entry is used only if its id, owner, receiver, state, encryption and URL are as configured', () => {
  assert.equal(entryProblem(entry, binding, 'aria'), undefined)
  const cases: readonly (readonly [object, string])[] = [
    [{ id: 'other' }, 'entry-other'],
    [{ share: null }, 'entry-not-shared'],
    [{ share: '3221e843-3cc8-4ebe-a73d-722c3bf7f88c' }, 'entry-not-shared'],
    [{ share: { ...entry.share, owner: { id: 'mallory' } } }, 'entry-owner-differs'],
    [{ share: { ...entry.share, receiver: { id: 'mallory' } } }, 'entry-receiver-differs'],
    [{ trashed: true }, 'entry-trashed'],
    [{ cseType: 'CSEv1r1' }, 'entry-encrypted-by-client'],
    [{ url: 'https://evil.example' }, 'entry-url-differs'],
    [{ url: 'https://ok.example:8443' }, 'entry-url-differs'],
    [{ url: 'http://ok.example' }, 'entry-url-differs'],
    [{ url: 'https://ok.example@evil.example' }, 'entry-url-differs'],
    [{ url: '' }, 'entry-url-differs'],
    [{ trashed: 'no' }, 'entry-malformed'],
  ]
  for (const [change, problem] of cases) assert.equal(entryProblem({ ...entry, ...change }, binding, 'aria'), problem)
  assert.equal(entryProblem(null, binding, 'aria'), 'entry-malformed')
})

test('100,000 fuzzed URLs, methods and headers: none escapes the binding', () => {
  const { accepted } = fuzzBinding(100_000, 3)
  assert.ok(accepted > 1000, `only ${accepted} inputs were accepted: the fuzzer does not come near the border`)
})
