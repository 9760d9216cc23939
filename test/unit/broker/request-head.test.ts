import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpError } from '../../../runtime/broker/http/http-error.ts'
import { requestHead } from '../../../runtime/broker/http/request-head.ts'

const line = { method: 'POST', target: '/v1/x?y=1', host: 'api.example.org' }

test('a request head has exactly the bytes of HTTP/1.1, the secret given as bytes', () => {
  const head = requestHead(line, [
    { name: 'Content-Type', value: 'text/plain' },
    { name: 'Authorization', value: Buffer.from('Bearer canary') },
  ])
  assert.equal(
    head.toString('latin1'),
    'POST /v1/x?y=1 HTTP/1.1\r\nHost: api.example.org\r\nConnection: close\r\nAccept-Encoding: identity\r\nContent-Type: text/plain\r\nAuthorization: Bearer canary\r\n\r\n',
  )
})

test('a line break, a NUL or another control character anywhere is refused, in a secret as well', () => {
  for (const bad of ['\r', '\n', '\r\nX: y', '\0', '\x7f', '\t', 'é']) {
    assert.throws(() => requestHead(line, [{ name: 'X', value: `a${bad}b` }]), HttpError)
    assert.throws(() => requestHead(line, [{ name: 'X', value: Buffer.from(`a${bad}b`) }]), HttpError)
    assert.throws(() => requestHead(line, [{ name: `X${bad}`, value: 'a' }]), HttpError)
    assert.throws(() => requestHead({ ...line, target: `/${bad}` }, []), HttpError)
    assert.throws(() => requestHead({ ...line, method: `GET${bad}` }, []), HttpError)
    assert.throws(() => requestHead({ ...line, host: `a${bad}` }, []), HttpError)
  }
  assert.throws(() => requestHead({ ...line, target: '/a b' }, []), HttpError)
})

test('a refusal does not repeat the value', () => {
  assert.throws(
    () => requestHead(line, [{ name: 'Authorization', value: Buffer.from('canary\r\n') }]),
    (error) => error instanceof Error && !String(error.stack).includes('canary'),
  )
})
