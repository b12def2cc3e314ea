import t from 'tap'
import type { LineShape } from '../../src/record/field-paths.js'
import { compileDetails, type LineDetails } from '../../src/record/line-details.js'
import { rootsOf } from '../../src/record/line-reader.js'

function detailsOf(members: object, shape: LineShape = {}, sampleFields: readonly string[] = []): LineDetails {
  return compileDetails(shape, sampleFields)(rootsOf({ members }, undefined))
}

t.test('reads path, service and host where loggers put them', (t) => {
  const rows: [members: object, expected: Partial<LineDetails>][] = [
    [
      { req: { url: '/orders/7?token=canary' }, hostname: 'web-1', name: 'shop' },
      { path: '/orders/7', hostname: 'web-1', service: 'shop' },
    ],
    [
      { url: { path: '/a' }, service: { name: 'shop' }, host: { hostname: 'web-2' } },
      { path: '/a', service: 'shop', hostname: 'web-2' },
    ],
    [
      { httpRequest: { requestUrl: 'https://shop.test/a/b?c=d' }, serviceContext: { service: 'x' } },
      { path: '/a/b', service: 'x' },
    ],
    [
      { 'url.path': '/literal', 'service.name': 's', 'host.name': 'h' },
      { path: '/literal', service: 's', hostname: 'h' },
    ],
    [{ http: { target: '/t#f' } }, { path: '/t' }],
    [
      { meta: { req: { url: '/nested' } }, service: 'plain', host: 'h' },
      { path: '/nested', service: 'plain', hostname: 'h' },
    ],
    [
      { path: 'C:\\x', url: 'not a path', service: 5, hostname: '' },
      { path: '', service: '', hostname: '' },
    ],
    [{}, { path: '', service: '', hostname: '', fields: undefined }],
  ]
  for (const [members, expected] of rows) t.match(detailsOf(members), expected, JSON.stringify(members))
  t.end()
})

t.test('shows the fields that are asked for, as far as the line has them', (t) => {
  const members = {
    tenant: 'acme',
    n: 7,
    ok: false,
    none: null,
    req: { query: { q: 'asked for' } },
    list: [1, { a: 2 }],
  }
  const fields = ['tenant', 'n', 'ok', 'none', 'req.query.q', 'list', 'missing']
  t.strictSame(detailsOf(members, {}, fields).fields, {
    tenant: 'acme',
    n: 7,
    ok: false,
    none: null,
    'req.query.q': 'asked for',
    list: '[1,{"a":2}]',
  })
  const circular: Record<string, unknown> = { big: 'x'.repeat(10_000), many: Array(1000).fill('y') }
  circular['self'] = circular
  const shown = detailsOf(circular, {}, ['big', 'many', 'self']).fields
  t.ok(String(shown?.['big']).length <= 2048 && String(shown?.['many']).length <= 500)
  t.equal(shown?.['self'], '[unreadable]')
  t.end()
})

t.test('shows nothing that is redacted, nor what holds it', (t) => {
  const members = { user: { mail: 'canary', id: 7 }, req: { url: '/canary' }, hostname: 'canary' }
  const shape = { redact: ['user.mail', 'req.url', 'hostname'] }
  const details = detailsOf(members, shape, ['user', 'user.mail', 'user.id'])
  t.strictSame(details, { path: '', service: '', hostname: '', fields: { 'user.id': 7 } })
  t.end()
})
