import t from 'tap'
import * as v from 'valibot'
import { documentMatch, documentMatches, isScalar, match, matches } from '../../../src/config/checks/match.js'
import { findProblems } from '../../../src/config/checks/problems.js'
import { objectOf } from '../../../src/config/checks/schema.js'

const fits = (schema: v.GenericSchema, input: unknown): boolean => v.safeParse(schema, input).success

t.test('takes every form of condition that README names', async (t) => {
  for (const condition of [
    'text',
    '',
    0,
    -1.5,
    true,
    ['a', 1, false],
    { prefix: 'db ' },
    { prefix: '' },
    { regex: '^E[A-Z]+' },
    { gte: 500 },
    { lte: 'error' },
    { gte: 500, lte: 599 },
    { not: 'text' },
    { not: ['a', 1] },
    { not: { regex: '^E' } },
    { not: { gte: 500 } },
  ]) {
    t.ok(fits(match, { 'a.b': condition }), JSON.stringify(condition))
    t.ok(fits(documentMatch, { 'a.b': condition }), JSON.stringify(condition))
  }
  t.ok(fits(match, {}))
})

t.test('refuses all else', async (t) => {
  for (const condition of [
    null,
    undefined,
    Number.NaN,
    Infinity,
    [],
    [['a']],
    [null],
    {},
    { prefix: 1 },
    { regex: '(' },
    { regex: '(?=x)' },
    { regex: 5 },
    { prefix: 'a', regex: 'b' },
    { gte: '500' },
    { gte: 500, prefix: 'a' },
    { gte: undefined },
    { equals: 1 },
    { not: null },
    { not: {} },
    { not: { regex: '(' } },
    { not: 'a', prefix: 'b' },
    { not: { not: { equals: 1 } } },
    () => true,
    /a/,
  ]) {
    t.notOk(fits(match, { a: condition }), String(condition))
  }
  t.notOk(fits(match, { '': 1 }))
  for (const whole of [null, 'a', 5]) t.notOk(fits(match, whole))
})

t.test('a document may not look into headers, cookies, query, params or bodies; code may', async (t) => {
  for (const path of [
    'req.headers.authorization',
    'req.header.x',
    'headers',
    'request.Cookies.sid',
    'set-cookie',
    'req.query.token',
    'req.querystring',
    'params.id',
    'request_body',
    'req.body.password',
    'res.rawHeaders',
  ]) {
    t.ok(fits(match, { [path]: 'x' }), path)
    t.notOk(fits(documentMatch, { [path]: 'x' }), path)
  }
  for (const path of ['app.area', 'somebody', 'bodyguard', 'err.code', 'status_code']) {
    t.ok(fits(documentMatch, { [path]: 'x' }), path)
  }
})

t.test('scalars are texts, flags and finite numbers', async (t) => {
  for (const value of ['', 'a', 0, 1.5, true, false]) t.ok(isScalar(value))
  for (const value of [null, undefined, Number.NaN, Infinity, [], {}]) t.notOk(isScalar(value))
})

t.test('what is ignored is a list of conditions, of which none is empty; each fault is one sentence', async (t) => {
  const said = (ignore: unknown): string[] =>
    findProblems(objectOf({ ignore: matches }, 'an object'), { ignore }).map(({ message }) => message)
  t.strictSame(said([]), [])
  t.strictSame(said([{ errorMessage: { regex: 'aborted' } }, { 'req.headers.x': 'y', level: { not: 'fatal' } }]), [])
  t.match(said([{ model: 'x' }, {}]), [
    'Expected `ignore.1` to be conditions: without any it would ignore every error, got an object',
  ])
  t.match(said({ model: 'x' }), [/`ignore` to be a list of at most 100 objects/])
  t.match(said(Array(101).fill({ model: 'x' })), [/`ignore` to be a list of at most 100 objects/])
  t.strictSame(said([{ model: { not: { not: 'x' } } }]), [])
  let deep: unknown = { regex: 'a{990}' }
  for (let i = 0; i < 100; i += 1) deep = { not: deep }
  t.strictSame(said([{ model: deep }]), [])
  t.match(said(Array(6).fill({ model: deep })), [/at most 5000 instructions together/])
  for (let i = 0; i < 50_000; i += 1) deep = { not: deep }
  t.match(said([{ model: deep }]), [/^Expected `ignore.0.model` to be a text, .* got an object$/])
  t.match(said([['x']]), [/`ignore.0` to be an object of paths and conditions/])
  t.match(said(Array(6).fill({ model: { not: { regex: 'a{990}' } } })), [/at most 5000 instructions together/])
  t.match(said(Array(6).fill({ model: { regex: 'a{0,999}'.repeat(124) } })), [/at most 5000 instructions together/])
  t.notOk(fits(documentMatches, [{ 'req.headers.authorization': { not: 'x' } }]))
  t.ok(fits(documentMatches, [{ 'req.url': { prefix: '/health' } }]))
})
