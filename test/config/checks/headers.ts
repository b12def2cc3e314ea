import t from 'tap'
import * as v from 'valibot'
import { headers } from '../../../src/config/checks/headers.js'
import { findProblems } from '../../../src/config/checks/problems.js'

const problemsOf = (given: unknown): readonly string[] =>
  findProblems(v.object({ headers }), { headers: given }).map(({ message }) => message)

t.test('are values by names', async (t) => {
  const twenty = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`X-${i}`, 'x'.repeat(200)]))
  for (const given of [{}, { 'X-Api-Key': 'k' }, { 'User-Agent': 'ours', authorization: 'Basic x', 'X.~': '' }, twenty])
    t.strictSame(problemsOf(given), [])
  t.strictSame(v.parse(headers, { 'X-Api-Key': ' k\n' }), { 'X-Api-Key': 'k' }, 'trimmed as a secret is')
})

t.test('are none of the request’s own', async (t) => {
  for (const name of [
    ...['Host', 'CONTENT-TYPE', 'content-length', 'Content-Encoding', 'transfer-encoding', 'Connection', 'keep-alive'],
    ...[
      'TE',
      'Trailer',
      'upgrade',
      'Expect',
      'proxy-authorization',
      'Proxy-Connection',
      'webhook-id',
      'Webhook-Signature',
    ],
  ])
    t.strictSame(problemsOf({ [name]: 'canary' }), [
      `Expected \`headers.${name}\` to be left out, since the request sets it itself, got another text`,
    ])
  t.strictSame(problemsOf({ Hosts: '', 'X-Content-Type': '', contentful: '', test: '' }), [], 'others may look like it')
})

t.test('are refused with a sentence that shows no value', async (t) => {
  const all = 'Expected `headers` to be an object of at most 20 names and values of headers'
  const name = 'each name of letters, digits and `-`'
  const value = 'a text of printable ASCII in one line'
  const twentyOne = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`X-${i}`, '']))
  for (const [given, message] of [
    [twentyOne, `${all}, got an object`],
    ['X-Api-Key: canary', `${all}, got another text`],
    [['canary'], `${all}, got a list`],
    [null, `${all}, got null`],
    [{ 'X-Api-Key: canary': '' }, `${all}, ${name}, got another text`],
    [{ '': 'canary' }, `${all}, ${name}, got an empty text`],
    [{ 'X\r\nY': 'canary' }, `${all}, ${name}, got another text`],
    [{ 'X-Api-Key': 'canary\r\nHost: evil.test' }, `Expected \`headers.X-Api-Key\` to be ${value}, got another text`],
    [{ 'X-Api-Key': 'canaré' }, `Expected \`headers.X-Api-Key\` to be ${value}, got another text`],
    [{ 'X-Api-Key': 31_415_926 }, `Expected \`headers.X-Api-Key\` to be ${value}, got a number`],
    [{ 'X-Api-Key': ['canary'] }, `Expected \`headers.X-Api-Key\` to be ${value}, got a list`],
    [
      { 'X-Api-Key': 'canary', 'x-api-key': 'canary' },
      'Expected `headers.x-api-key` to be given once, in whatever capitals, got another text',
    ],
    [
      { 'X-A': 'c'.repeat(2045), 'X-B': 'c'.repeat(2046) },
      'Expected `headers` to be headers of at most 4096 characters together, got a number',
    ],
  ] as const)
    t.strictSame(problemsOf(given), [message])
  t.strictSame(problemsOf({ 'X-A': 'c'.repeat(2045), 'X-B': 'c'.repeat(2045) }), [])
})
