import fc from 'fast-check'
import t from 'tap'
import { BodyError, readAll, routeBelow, routeOf } from '../../src/admin/exchange.js'

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* parts
}

t.test('finds what follows the endpoint’s path, however deep that is mounted', async (t) => {
  const path = '/admin/logs/webhook'
  t.equal(routeOf(path, path), '')
  t.equal(routeOf(`${path}/`, path), '/')
  t.equal(routeOf(`/ops${path}/status`, path), '/status')
  t.equal(routeOf(`${path}${path}`, path), '')
  t.equal(routeOf(`${path}s`, path), undefined)
  t.equal(routeOf(`${path}s${path}/test`, path), '/test')
  t.equal(routeOf('/', path), undefined)
  t.equal(routeOf('/', ''), '')
  t.equal(routeOf('/status', ''), '/status')
  const part = fc.constantFrom('/a', '/ab', 'b', '/')
  const text = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.constantFrom('/a', '/a/ab'), (pathname, path) => {
      const naive = [...pathname]
        .map((_, at) => at)
        .filter((at) => /^(\/|$)/.test(pathname.slice(at + path.length)) && pathname.startsWith(path, at))
      const last = naive.at(-1)
      return routeOf(pathname, path) === (last === undefined ? undefined : pathname.slice(last + path.length))
    }),
  )
})

t.test('finds what follows the endpoint’s path where nothing stands before it', async (t) => {
  t.equal(routeBelow('/admin', '/admin'), '')
  t.equal(routeBelow('/admin/', '/admin'), '/')
  t.equal(routeBelow('/admin/status', '/admin'), '/status')
  for (const elsewhere of ['/admins', '/x/admin', '//admin', '/x/../admin', '/'])
    t.equal(routeBelow(elsewhere, '/admin'), undefined, elsewhere)
  t.equal(routeBelow('/', ''), '')
  t.equal(routeBelow('/status', ''), '/status')
})

t.test('reads no more than it may, whatever was said of the length', async (t) => {
  t.equal(String(await readAll(chunks('ab', Buffer.from('c')), 3)), 'abc')
  await t.rejects(readAll(chunks('ab', 'cd'), 3), new BodyError('tooLarge'))
  await t.rejects(readAll(chunks('ää'), 3), new BodyError('tooLarge'), 'bytes are counted')
})
