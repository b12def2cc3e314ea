import t from 'tap'
import * as v from 'valibot'
import { documentMatch, isScalar, match } from '../../../src/config/checks/match.js'

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
