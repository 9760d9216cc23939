import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { renderReply } from '../../../runtime/agent/render-reply.ts'
import { plainValue } from '../../../runtime/agent/value.ts'
import { hasLink } from '../../../runtime/policy/has-link.ts'
import { mailLabel, words } from '../../support/agent/example-tools.ts'

test('our own words stand as they are; text of others is a quotation that names its source and holds no live link', () => {
  const reply = renderReply([
    plainValue('Here it is: https://ours.example', words),
    plainValue('Click https://evil.example/x\nnow', mailLabel),
  ])
  assert.equal(reply, 'Here it is: https://ours.example\nFrom "mail", not checked:\n> Click https: //evil. example/x\n> now')
})

test('a line of others cannot leave its quotation', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const [heading, ...quoted] = renderReply([plainValue(text, mailLabel)]).split('\n')
      assert.equal(heading, 'From "mail", not checked:')
      assert.ok(quoted.every((line) => line.startsWith('> ')))
      assert.ok(!quoted.join('\n').includes('\r'))
      assert.ok(!hasLink(quoted.join('\n')))
    }),
    { numRuns: 10_000 },
  )
})

test('the marking is in the person’s language, many sources are counted, none is said to be others', () => {
  const many = { ...mailLabel, sources: ['a', 'b', 'c', 'd', 'e', 'f'] }
  assert.match(renderReply([plainValue({ x: 1 }, many)], 'de'), /^Aus "a", "b", "c", "d" \(\+2\), ungeprüft:\n> \{"x":1\}$/)
  assert.match(renderReply([plainValue('x', { ...mailLabel, sources: [] })], 'pt'), /^De terceiros, não verificado:/)
})
