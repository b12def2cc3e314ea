import fc from 'fast-check'
import t from 'tap'
import * as v from 'valibot'
import { links } from '../../../src/config/checks/links.js'
import { placeholderNames } from '../../../src/config/checks/placeholders.js'
import { findProblems } from '../../../src/config/checks/problems.js'

const problemsOf = (input: unknown): readonly string[] => findProblems(links, input).map(({ message }) => message)

t.test('are urls by names, with placeholders behind their origin', async (t) => {
  for (const url of [
    'https://wiki.test',
    'http://wiki.test:8080/{rule}/{group.model}?q={message}#{id}',
    'HTTPS://wiki.test?from={fromMs}',
    'https://wiki.test#{id}',
    'https://[::1]:3000/{kind}',
    'https://wiki.test/{{app="api"}',
    `https://wiki.test/${'x'.repeat(2000 - 'https://wiki.test/'.length)}`,
  ])
    t.strictSame(problemsOf({ Runbook: url }), [], url)
  t.strictSame(v.parse(links, { 'Die Übersicht': ' https://wiki.test ' }), { 'Die Übersicht': 'https://wiki.test' })
})

t.test('are refused where a line could reach scheme, host or port, or where nobody could follow them', async (t) => {
  const message =
    'Expected `Runbook` to be an http or https URL of at most 2000 characters without user info, its placeholders behind its origin, got another text'
  for (const url of [
    'javascript:alert({id})',
    'ftp://wiki.test/{id}',
    '{message}/{id}',
    'https://{service}.wiki.test/',
    'https://wiki.test{service}',
    'https://wiki.test:{count}/',
    'https://user:pass@wiki.test/',
    'https://wiki.test\\@evil.test/{id}',
    'https://wiki.test\t{id}/',
    'https:/wiki.test/{id}',
    'https:///{id}',
    '//wiki.test/{id}',
    '/{rule}',
    'https://wiki test/',
    'https://wiki.test:99999/',
    `https://wiki.test/${'x'.repeat(2000)}`,
  ])
    t.strictSame(problemsOf({ Runbook: url }), [message], url)
  t.match(problemsOf({ Runbook: 5 }), [/got `5`$/])
  t.match(problemsOf({ Runbook: '' }), [/got an empty text$/])
})

t.test('are refused with placeholders that nobody knows, which the sentence names', async (t) => {
  for (const [url, got] of [
    ['https://wiki.test/{ruel}', '"{ruel}"'],
    ['https://wiki.test/{rule', '"{"'],
    ['https://wiki.test/{an inner text}', 'another text'],
  ] as const) {
    const [message, ...more] = problemsOf({ Runbook: url })
    t.match(
      message,
      /^Expected `Runbook` to be a URL with no placeholders but \{rule\}, \{group\}, \{group\.<field>\}, /,
    )
    t.equal(message?.split('({{ is a brace), got ')[1], got)
    t.strictSame(more, [])
  }
})

t.test('are at most five, under names that fit on a button', async (t) => {
  const url = 'https://wiki.test/'
  const all = 'Expected the whole to be an object of at most 5 names and urls'
  const named = 'named with 1 to 60 characters in one line'
  t.strictSame(problemsOf({ a: url, b: url, c: url, d: url, ['e'.repeat(60)]: url }), [])
  for (const [given, message] of [
    [{ a: url, b: url, c: url, d: url, e: url, f: url }, `${all}, got an object`],
    [[url], `${all}, got a list`],
    [url, `${all}, got another text`],
    [{ '': url }, `${all}, each ${named}, got an empty text`],
    [{ ' ': url }, `Expected \` \` to be ${named}, got another text`],
    [{ 'a\nb': url }, `${all}, each ${named}, got another text`],
    [{ ['a'.repeat(61)]: url }, `Expected \`${'a'.repeat(61)}\` to be ${named}, got another text`],
  ] as const)
    t.strictSame(problemsOf(given), [message])
  t.match(problemsOf({ Über: 'x' }), [/^Expected the whole to be an object of at most 5 names and urls, each an http/])
})

t.test('lead to one origin, whatever stands in place of the placeholders', async () => {
  const piece = fc.constantFrom('https', 'http', ':', '/', '//', 'a.test', '@', '\\', '?', '#', ' ', '\t', '..', '%')
  const pieces = fc.array(
    fc.oneof(
      piece,
      fc.constantFrom(...placeholderNames).map((name) => `{${name}}`),
    ),
  )
  const template = fc.tuple(fc.constantFrom('', 'https://a.test', 'http://a.test:80'), pieces)
  fc.assert(
    fc.property(template, fc.string(), ([start, rest], told) => {
      const url = [start, ...rest].join('')
      if (problemsOf({ Runbook: url }).length > 0) return true
      const filled = new URL(url.replace(/\{\w+\}/g, () => encodeURIComponent(told.toWellFormed())))
      const other = new URL(url.replace(/\{\w+\}/g, ''))
      return filled.origin === other.origin && filled.username === '' && filled.password === ''
    }),
    { numRuns: 2000 },
  )
})
