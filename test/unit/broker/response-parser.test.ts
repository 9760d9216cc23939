import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpError } from '../../../runtime/broker/http/http-error.ts'
import { ResponseParser } from '../../../runtime/broker/http/response-parser.ts'
import { fuzzResponseParser, outcomeOf } from '../../support/broker/fuzz-response-parser.ts'

const limits = { headBytes: 1024, headerCount: 16, bodyBytes: 4096 }

interface Read {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly isDone: boolean
}

function read(chunks: readonly (string | Buffer)[], method = 'GET'): Read {
  let status = 0
  let headers: Record<string, string> = {}
  let body = ''
  const parser = new ResponseParser(method, limits, {
    onHead: (head) => {
      status = head.status
      headers = Object.fromEntries(head.headers)
    },
    onData: (bytes) => {
      body += bytes.toString('latin1')
    },
    onEnd: () => {},
  })
  for (const chunk of chunks) parser.push(Buffer.from(chunk as string, 'latin1'))
  if (!parser.isDone) parser.close()
  return { status, headers, body, isDone: parser.isDone }
}

const refused = (text: string, code: string, method = 'GET'): void => {
  assert.throws(
    () => read([text], method),
    (error) => error instanceof HttpError && error.code === code,
    text,
  )
}

test('a response with a length is read wherever it is cut', () => {
  const text = 'HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 5\r\n\r\nhello'
  for (let at = 1; at < text.length; at += 1) {
    const answer = read([text.slice(0, at), text.slice(at)])
    assert.deepEqual(answer, { status: 200, headers: { 'content-type': 'a/b', 'content-length': '5' }, body: 'hello', isDone: true })
  }
})

test('a chunked response is read wherever it is cut, extensions and trailers dropped', () => {
  const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: v\r\n\r\n'
  for (let at = 1; at < text.length; at += 1) {
    const answer = read([text.slice(0, at), text.slice(at)])
    assert.equal(answer.body, 'hello!')
    assert.ok(answer.isDone)
  }
})

test('a body without a length ends when the connection does', () => {
  assert.equal(read(['HTTP/1.1 200 OK\r\n\r\n', 'some', 'thing']).body, 'something')
})

test('an interim response is skipped', () => {
  assert.equal(read(['HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n']).status, 200)
})

test('answers to HEAD, 204 and 304 have no body', () => {
  assert.ok(read(['HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n'], 'HEAD').isDone)
  assert.ok(read(['HTTP/1.1 204 No Content\r\n\r\n']).isDone)
  assert.ok(read(['HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n']).isDone)
})

test('what two parsers could read differently is refused', () => {
  const head = 'HTTP/1.1 200 OK\r\n'
  refused(`${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`, 'response-framing-ambiguous')
  refused(`${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`, 'response-length-malformed')
  refused(`${head}Content-Length: +5\r\n\r\n`, 'response-length-malformed')
  refused(`${head}Transfer-Encoding: gzip, chunked\r\n\r\n`, 'response-coding-unknown')
  refused(`${head}Content-Encoding: gzip\r\n\r\n`, 'response-compressed')
  refused(`${head}X: a\r\n b\r\n\r\n`, 'response-header-malformed')
  refused(`${head}X : a\r\n\r\n`, 'response-header-malformed')
  refused(`${head}X: a\0b\r\n\r\n`, 'response-header-malformed')
  refused(`${head}X: a\nY: b\r\n\r\n`, 'response-header-malformed')
  refused('HTTP/2 200 OK\r\n\r\n', 'response-status-malformed')
  refused('HTTP/1.1 101 Switching\r\n\r\n', 'response-interim')
  refused(`${head}Content-Length: 1\r\n\r\nab`, 'response-trailing-bytes')
  refused(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n`, 'response-chunk-malformed')
  refused(`${head}Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n`, 'response-chunk-malformed')
  refused(`${head}Transfer-Encoding: chunked\r\n\r\n 5\r\nhello\r\n`, 'response-chunk-malformed')
})

test('limits hold for head, headers, body, chunk lines and trailers', () => {
  const head = 'HTTP/1.1 200 OK\r\n'
  refused(`${head}X: ${'y'.repeat(2000)}`, 'response-head-too-large')
  refused(`${head}${'X: y\r\n'.repeat(17)}\r\n`, 'response-too-many-headers')
  refused(`${head}\r\n${'z'.repeat(5000)}`, 'response-too-large')
  refused(`${head}Transfer-Encoding: chunked\r\n\r\n5;${'e'.repeat(2000)}`, 'response-chunk-malformed')
  refused(`${head}Transfer-Encoding: chunked\r\n\r\n0\r\n${'T: v\r\n'.repeat(3000)}\r\n`, 'response-trailer-too-large')
  refused('HTTP/1.1 100 Continue\r\n\r\n'.repeat(10), 'response-interim')
})

test('a response that breaks off is not taken for a whole one', () => {
  refused('', 'response-cut')
  refused('HTTP/1.1 200 OK\r\nContent-Le', 'response-cut')
  refused('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell', 'response-cut')
  refused('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n', 'response-cut')
})

test('errors never repeat what the peer sent', () => {
  for (const text of [
    'HTTP/1.1 canary\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncanary\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: canary\r\n\r\n',
  ]) {
    assert.throws(
      () => read([text]),
      (error) => error instanceof Error && !String(error.stack).includes('canary'),
    )
  }
})

test('the head can be blanked before it becomes text', () => {
  let header = ''
  const parser = new ResponseParser('GET', limits, {
    beforeHead: (bytes) => void bytes.fill(0x2a, bytes.indexOf('canary'), bytes.indexOf('canary') + 6),
    onHead: (head) => {
      header = head.headers.get('x') ?? ''
    },
    onData: () => {},
    onEnd: () => {},
  })
  parser.push(Buffer.from('HTTP/1.1 200 OK\r\nX: a canary b\r\nContent-Length: 0\r\n\r\n'))
  assert.equal(header, 'a ****** b')
})

test('30,000 broken responses: no crash, no hang, and the same outcome however they are cut', () => {
  fuzzResponseParser(30_000, 4)
  assert.match(outcomeOf([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')], 'GET'), /^200 content-length=2 end 2$/)
})
