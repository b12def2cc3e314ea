import t from 'tap'
import { empty, json, problem, text } from '../../src/admin/answer.js'

t.test('nothing is kept, sniffed, framed, or read by another origin', async (t) => {
  for (const answer of [json({}), text('a', 'text/plain'), empty(204), problem(500, 'x')]) {
    t.match(Object.fromEntries(answer.headers), {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    })
  }
})

t.test('a problem is one of RFC 9457, with a pointer for each of its parts', async (t) => {
  const answer = problem(400, 'It is not valid', {
    headers: { ETag: '"1"' },
    problems: [
      { path: '', message: 'the whole' },
      { path: 'rules.0.a/b~c', message: 'a part' },
    ],
  })
  t.equal(answer.headers.get('content-type'), 'application/problem+json')
  t.equal(answer.headers.get('etag'), '"1"')
  t.strictSame(await answer.json(), {
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'It is not valid',
    errors: [
      { pointer: '#', detail: 'the whole' },
      { pointer: '#/rules/0/a~1b~0c', detail: 'a part' },
    ],
  })
  t.notOk(Object.hasOwn((await problem(404, 'x').json()) as object, 'errors'))
})
