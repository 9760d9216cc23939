import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { alternativesFor } from '../../../runtime/policy/alternatives.ts'
import { emptyContext } from '../../../runtime/policy/decision-context.ts'
import { explain } from '../../../runtime/policy/explain.ts'
import { defuseLinks } from '../../../runtime/policy/defuse-links.ts'
import { hasLink } from '../../../runtime/policy/has-link.ts'
import { quoteUntrusted } from '../../../runtime/policy/quote-untrusted.ts'
import { languages, sentenceFor } from '../../../runtime/policy/sentences.ts'
import { verdictCodes } from '../../../runtime/policy/verdict.ts'
import { action, argument, policyFor, untrusted } from '../../support/policy/example-action.ts'
import { propertyRuns } from '../../support/property-runs.ts'

test('every code has a sentence in every language that names what it is about, and no two are alike', () => {
  for (const language of languages) {
    const all = verdictCodes.map((code) => sentenceFor(code, { tool: 'files.share', arguments: ['to', 'cc'] }, language))
    assert.equal(new Set(all).size, verdictCodes.length)
    for (const sentence of all) {
      assert.match(sentence, /\.$/)
      assert.doesNotMatch(sentence, /[{}]/)
    }
    assert.match(sentenceFor('untrusted-destination', { tool: 'x', arguments: ['to', 'cc'] }, language), /\(to, cc\)/)
    assert.match(sentenceFor('unknown-tool', { tool: 'files.share', arguments: [] }, language), /files\.share/)
  }
})

test('sentences are English unless asked for otherwise', () => {
  const facts = { tool: 'x', arguments: [] }
  assert.equal(sentenceFor('permitted', facts), sentenceFor('permitted', facts, 'en'))
  assert.notEqual(sentenceFor('permitted', facts), sentenceFor('permitted', facts, 'de'))
})

test('a name that is no plain identifier is quoted in a sentence', () => {
  const sentence = sentenceFor('undeclared-argument', { tool: 'x', arguments: ['to\u202Eevil', '[click](https://a.b)'] })
  assert.equal(sentence, String.raw`x does not declare "toU+202Eevil", "\[click\]\(https: //a.b\)".`)
})

test('every code that refuses or asks gives a planner something else to do, save where only a person can help', () => {
  const without = verdictCodes.filter((code) => alternativesFor(code).length === 0)
  assert.deepEqual(without, ['permitted', 'approved', 'always-asks'])
  for (const code of verdictCodes) for (const hint of alternativesFor(code)) assert.match(hint, /^[a-z-]+$/)
})

test('untrusted text is shown quoted, with nothing that acts, hides or looks like something else', () => {
  assert.equal(quoteUntrusted('Grüße, señor'), '"Grüße, señor"')
  assert.equal(quoteUntrusted('a\nb\u200Bc\u202Ed\u0430'), '"aU+000AbU+200BcU+202EdU+0430"')
  assert.equal(quoteUntrusted('\u{1F600}\u00AD\u007F'), '"U+1F600U+00ADU+007F"')
  assert.equal(
    quoteUntrusted('**b** _i_ `c` <x> @all #1 [l](u) |~\\'),
    '"\\*\\*b\\*\\* \\_i\\_ \\`c\\` \\<x\\> \\@all \\#1 \\[l\\]\\(u\\) \\|\\~\\\\"',
  )
  assert.equal(quoteUntrusted('https://a.b www.c.d WWW.e.f "q"'), '"https: //a.b www .c.d www .e.f \\"q\\""')
})

test('long untrusted text is cut, by characters and not by code units, and says how much is missing', () => {
  assert.equal(quoteUntrusted('abcdef', 4), '"abcd" (2 more characters)')
  assert.equal(quoteUntrusted('abcd', 4), '"abcd"')
  assert.equal(quoteUntrusted('\u{1F600}\u{1F600}\u{1F600}', 2), '"U+1F600U+1F600" (1 more characters)')
  assert.equal(quoteUntrusted('x'.repeat(200)), `"${'x'.repeat(160)}" (40 more characters)`)
})

test('anything that a client might make a link of counts as one', () => {
  for (const text of [
    'https://x',
    'see www.example',
    'example.com',
    'sub.example.co/path',
    'javascript:x',
    'mailto:a',
    'data:text/html',
    '[a](b)',
    '![](b)',
    'ftp://x',
    'HTTP://X',
    'a@b.example/c',
    'report.pdf/x',
    'bücher.example',
    'tel:1',
    '(evil.zip)',
    'https://bob@example.org',
  ]) {
    assert.ok(hasLink(text), text)
    assert.ok(hasLink(['a', { key: [text] }]), text)
    assert.ok(hasLink({ [text]: 1 }), text)
  }
  for (const text of [
    'bob@example.org',
    'emma.johnson@example.com, x',
    'see report.pdf',
    'hello',
    'at 10:30',
    'a. b',
    '3.14',
    'e.g. this',
    '(a) [b]',
    '',
    'v1.2.3',
  ])
    assert.ok(!hasLink(text), text)
  for (const value of [null, 1, true, [], {}]) assert.ok(!hasLink(value))
})

test('a defused text holds no link and keeps its words', () => {
  const text = 'see https://a.example/x?y=1, www.b.example and [here](c.example/d); mail bob@example.org about report.pdf'
  assert.equal(
    defuseLinks(text),
    'see https: //a. example/x?y=1, www. b. example and [here] (c. example/d); mail bob@example.org about report.pdf',
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('http://a.b', 'www.', '.com', '](', ':', '/', ' ', 'x.', 'data:')), { maxLength: 8 }),
      (parts) => {
        assert.ok(!hasLink(defuseLinks(parts.join(''))))
      },
    ),
    { numRuns: propertyRuns },
  )
})

test('an explanation names the verdict, the rule, each argument with its label, and what each rule says', () => {
  const judged = action('egress', [argument('to', 'destination', 'eve\u200B', { ...untrusted, readers: ['bob'] })])
  assert.equal(
    explain(judged, emptyContext, policyFor(judged)),
    [
      'ask: untrusted-destination',
      'Where it goes (to) was taken from text of others.',
      '',
      'tool example (egress), decided by trusted, internal, anyone may read, from "talk:1"',
      '  to (destination) = "\\"eveU+200B\\"": untrusted, internal, readers: "bob", from "file:1"',
      '',
      'What each rule says:',
      '  ask   untrusted-destination: Where it goes (to) was taken from text of others.',
      '',
      'Instead: use-a-listed-destination, ask-the-person-to-name-it',
      '',
    ].join('\n'),
  )
  const plain = action('read', [], { control: { ...untrusted, readers: [], sources: [] } })
  assert.equal(
    explain(plain, emptyContext, policyFor(plain)),
    [
      'allow: permitted',
      'No rule objects.',
      '',
      'tool example (read), decided by untrusted, internal, readers: nobody',
      '',
      'No rule objects.',
      '',
    ].join('\n'),
  )
})

test('files of every usual ending are no links, an unknown ending is one, and so is a path behind any', () => {
  const endings = 'pdf docx xlsx pptx odt ods odp txt csv png jpg jpeg ics eml html json yaml xml'.split(' ')
  for (const ending of endings) {
    assert.ok(!hasLink(`a report.${ending} b`), ending)
    assert.ok(!hasLink(`REPORT.${ending.toUpperCase()}`), ending)
    assert.ok(hasLink(`report.${ending}/x`), ending)
  }
  for (const text of [
    'report.zip',
    'a.b.pdf.zip',
    'x.pdf y.example',
    'host.example:80',
    'host.example?x',
    'host.example#x',
    'ftps://x',
    'a+b.c-d://x',
    'www.1',
    'a@b.example:1',
    'a@b.example?x',
    'a@b.example#x',
    'sub-1.domain.example',
  ]) {
    assert.ok(hasLink(text), text)
  }
  for (const text of [
    '://',
    'www.',
    'mailto: ',
    'a.b@c.example',
    'a.b.c@d.example',
    'x@y.example.',
    '1.2',
    'a._b',
    'v.1',
    'end.',
    'a.b',
    'x.abc_d',
    '5:30',
  ]) {
    assert.ok(!hasLink(text), text)
  }
  assert.ok(!hasLink({ a: ['x', { b: 'y' }] }) && !hasLink(['x']) && hasLink({ a: ['x', { b: 'www.y' }] }))
})

test('an explanation of a permitted call says so, with everything in its place', () => {
  const judged = action('read', [
    argument('q', 'selector', 'x', { integrity: 'trusted', sensitivity: 'public', readers: 'all', sources: [] }),
  ])
  assert.match(
    explain(judged, emptyContext, policyFor(judged)),
    /\n {2}q \(selector\) = "\\"x\\"": trusted, public, anyone may read\n\nNo rule objects\.\n$/,
  )
  const unknown = explain(judged, emptyContext, policyFor(action('read', [])))
  assert.match(unknown, /undeclared-argument: example does not declare q\./)
})

test('what a person is shown is judged character by character', () => {
  assert.equal(quoteUntrusted('a\u0430b*c'), '"aU+0430b\\*c"')
  assert.equal(quoteUntrusted('\u00A0\u00AD\u0180\u017F ~'), '"U+00A0U+00ADU+0180\u017F \\~"')
})

test('no text makes the search for links slow', { timeout: 20_000 }, () => {
  const long = 300_000
  for (const text of [
    'x'.repeat(long),
    `${'aa.'.repeat(long / 3)}@`,
    '@'.repeat(long),
    '@a.'.repeat(long / 3),
    'a.'.repeat(long / 2),
    '- '.repeat(long / 2),
    '1-'.repeat(long),
  ]) {
    hasLink(text)
    defuseLinks(text)
  }
  assert.ok(hasLink(`${'a.'.repeat(20)}evil.example`))
})
