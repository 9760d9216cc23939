import assert from 'node:assert/strict'
import { checkBinding } from '../../../runtime/broker/binding/check-binding.ts'
import { requestHead } from '../../../runtime/broker/http/request-head.ts'
import type { CredentialBinding } from '../../../runtime/protocol/runtime-config.ts'
import { seededRandom, type Random } from '../random.ts'
import { hostileUrls } from './hostile-urls.ts'

const binding: CredentialBinding = {
  handle: 'service',
  entry: '6653bdab-7f55-413e-a88a-e8018ed3b3a1',
  owner: 'vault',
  host: 'ok.example',
  port: 443,
  methods: ['POST', 'GET'],
  paths: ['/v1/x', '/files/*'],
  header: 'Authorization',
  format: 'Bearer {}',
  maxPerHour: 10,
}

const good = [
  'https://ok.example/v1/x',
  'https://ok.example:443/v1/x?a=b',
  'https://ok.example/files/a/b.md',
  'https://ok.example/files/%41?q=%20',
]
const splinters = [
  '@',
  '\0',
  '.',
  '。',
  '%2e',
  '%00',
  '/',
  '//',
  '\\',
  '..',
  ':443',
  ':80',
  '#',
  '?',
  '%',
  '%2f',
  ' ',
  '\r\n',
  'evil.example',
  'é',
  '[',
  ']',
]
const names = [
  'accept',
  'Content-Type',
  'Host',
  'authorization',
  'X-Forwarded-Host',
  'idempotency-key',
  'cookie',
  'accept\r\nX',
  'if-match',
]
const values = ['x', 'application/json', 'a\r\nHost: evil.example', '\0', 'é', '']

function fuzzedUrl(random: Random): string {
  let url = random.integer(3) === 0 ? random.pick(hostileUrls) : random.pick(good)
  for (let change = random.integer(3); change > 0; change -= 1) {
    const at = random.integer(url.length + 1)
    const inserted = random.integer(2) === 0 ? random.pick(splinters) : String.fromCharCode(random.integer(0x180))
    url = url.slice(0, at) + inserted + url.slice(at + random.integer(2))
  }
  return url
}

/** What an independent reading of the request says of an accepted one. */
function assertInside(request: {
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [string, string])[]
}): void {
  const { hostname, port, protocol, pathname, username, password, hash } = new URL(request.url)
  assert.deepEqual([hostname, port, protocol, username, password, hash], ['ok.example', '', 'https:', '', '', ''], request.url)
  assert.ok(pathname === '/v1/x' || /^\/files\/./.test(pathname), request.url)
  assert.ok(!decodeURIComponent(pathname).split('/').includes('..'), request.url)
  assert.ok(request.method === 'POST' || request.method === 'GET')
}

/** The bytes that would be sent: one request line, one Host, one credential, no header that was not asked for. */
function assertOneRequest(target: string, method: string, headers: readonly (readonly [string, string])[]): void {
  const fields = [...headers.map(([name, value]) => ({ name, value })), { name: binding.header, value: Buffer.from('Bearer canary') }]
  const lines = requestHead({ method, target, host: binding.host }, fields).toString('latin1').split('\r\n')
  assert.equal(lines.length, fields.length + 6, target)
  assert.equal(lines.filter((line) => /^host:/i.test(line)).length, 1)
  assert.equal(lines.filter((line) => /^authorization:/i.test(line)).length, 1)
}

/** Tries `inputs` requests near the border of a binding and checks each accepted one by other means. */
export function fuzzBinding(inputs: number, seed: number): { readonly accepted: number } {
  const random = seededRandom(seed)
  let accepted = 0
  for (let input = 0; input < inputs; input += 1) {
    const headers = Array.from({ length: random.integer(3) }, () => [random.pick(names), random.pick(values)] as const)
    const request = { method: random.pick(['POST', 'GET', 'DELETE', 'post', 'GET\r\n']), url: fuzzedUrl(random), headers }
    const verdict = checkBinding(request, binding)
    if (!verdict.ok) continue
    accepted += 1
    assertInside(request)
    assertOneRequest(verdict.url.path + verdict.url.query, request.method, headers)
  }
  return { accepted }
}
