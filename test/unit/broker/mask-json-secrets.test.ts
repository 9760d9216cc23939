import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonScanError } from '../../../runtime/broker/secrets/json-scanner.ts'
import { maskJsonSecrets } from '../../../runtime/broker/secrets/mask-json-secrets.ts'
import { seededRandom } from '../../support/random.ts'

function mask(text: string, paths: readonly string[] = ['password']): { readonly values: Record<string, string>; readonly rest: unknown } {
  const bytes = Buffer.from(text)
  const values = maskJsonSecrets(bytes, paths)
  return { values: Object.fromEntries([...values].map(([path, value]) => [path, value.toString()])), rest: JSON.parse(bytes.toString()) }
}

test('a secret is taken out of recorded JSON and the rest still parses', () => {
  const text = '{"id":"1","share":{"password":"not this"},"password":"sk-fixture-0001","url":"https:\\/\\/api.deepseek.com","shares":[]}'
  const { values, rest } = mask(text)
  assert.deepEqual(values, { password: 'sk-fixture-0001' })
  assert.deepEqual(rest, {
    id: '1',
    share: { password: 'not this' },
    password: 'xxxxxxxxxxxxxxx',
    url: 'https://api.deepseek.com',
    shares: [],
  })
})

test('nested members are found by their path', () => {
  const { values } = mask('{"certificate": {"privateKey" : "a\\nb"}}', ['certificate.privateKey'])
  assert.deepEqual(values, { 'certificate.privateKey': 'a\nb' })
})

test('every escape comes out as JSON.parse has it, in names as well', () => {
  const secret = 'q"\\/\b\f\n\r\té€😀\u0001'
  const escaped = [...Array(secret.length).keys()].map((at) => `\\u${secret.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')
  assert.equal(mask(`{"password":${JSON.stringify(secret)}}`).values['password'], secret)
  assert.equal(mask(`{"password":"${escaped}"}`).values['password'], secret)
  const { values, rest } = mask('{"p\\u0061ssword":"hidden"}')
  assert.deepEqual(values, { password: 'hidden' })
  assert.deepEqual(rest, { password: 'xxxxxx' })
})

test('a secret given twice, or not as a string, is refused', () => {
  for (const text of [
    '{"password":"a","password":"b"}',
    '{"password":"a","p\\u0061ssword":"b"}',
    '{"password":null}',
    '{"password":["a"]}',
  ]) {
    assert.throws(() => mask(text), JsonScanError, text)
  }
})

test('what is not JSON is refused without repeating it', () => {
  const broken = [
    '',
    '{',
    '{"password"',
    '{"password":"canary',
    '{"password":"\\u00zz"}',
    '{"password":"\\ud800"}',
    '{"a":1}x',
    '[1,]x',
    '{"a" 1}',
  ]
  for (const text of [...broken, '['.repeat(1000), '{"password":"a\nb"}', '{"password":"\\q"}']) {
    assert.throws(
      () => mask(text),
      (error) => error instanceof JsonScanError && !String(error.stack).includes('canary'),
      text,
    )
  }
})

test('30,000 random documents: nothing of the secret is left in the bytes, whatever surrounds it', () => {
  const random = seededRandom(11)
  const value = (depth: number): unknown => {
    const kind = random.integer(depth > 3 ? 4 : 6)
    if (kind === 4) return Array.from({ length: random.integer(4) }, () => value(depth + 1))
    if (kind === 5)
      return Object.fromEntries(Array.from({ length: random.integer(4) }, () => [random.bytes(3).toString('latin1'), value(depth + 1)]))
    return [null, true, random.integer(1000) / 7, random.bytes(random.integer(9)).toString('latin1')][kind]
  }
  for (let input = 0; input < 30_000; input += 1) {
    const secret = `canary-${random.bytes(6).toString('latin1')}`
    const bytes = Buffer.from(JSON.stringify({ before: value(0), password: secret, after: value(0) }))
    const found = maskJsonSecrets(bytes, ['password']).get('password')
    assert.equal(found?.toString(), secret, `input ${input} of seed 11`)
    assert.ok(!bytes.includes('canary'), `input ${input} of seed 11`)
    JSON.parse(bytes.toString())
  }
})
