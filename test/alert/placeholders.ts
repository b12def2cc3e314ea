import assert from 'node:assert/strict'
import t from 'tap'
import type { ResolvedPayload, ThresholdPayload } from '../../src/alert/payload.js'
import { raisedAtMs, valuesOf } from '../../src/alert/placeholders.js'
import { toWords } from '../../src/alert/words.js'
import { type PlaceholderName, placeholderNames } from '../../src/config/checks/placeholders.js'
import { payload, unreadable } from '../fixtures/formats/arbitrary-payload.js'
import { firing, over, payloads } from '../fixtures/formats/payloads.js'
import { fc } from '../fixtures/properties.js'

const all = (given: ThresholdPayload | ResolvedPayload, kind?: string) => {
  const values = valuesOf(given, kind)
  return Object.fromEntries(placeholderNames.map((placeholder) => [placeholder, values({ placeholder })]))
}
const id = `${Date.parse('2026-11-23T18:16:06.400Z')}-abc-4`
const alert: ThresholdPayload = { ...(firing as ThresholdPayload), id }

t.test('stand for what the payload says', (t) => {
  const { text, ...values } = all(
    {
      ...alert,
      group_by: { model: 'a\nb', region: null },
      sample_trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    },
    'Error: db timeout',
  )
  t.strictSame(values, {
    rule: 'default',
    group: 'model=a b, region=none',
    service: 'shop',
    hostname: 'web-1',
    count: 120,
    threshold: 10,
    windowSeconds: 60,
    status: 503,
    message: 'db timeout',
    kind: 'Error: db timeout',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    id,
    state: 'firing',
    title: 'db timeout (503) – 120 errors in 60 s – shop/model=a b, region=none',
    from: '2026-11-23T18:15:07Z',
    to: '2026-11-23T18:16:07Z',
    fromMs: Date.parse('2026-11-23T18:15:07Z'),
    toMs: Date.parse('2026-11-23T18:16:07Z'),
  })
  t.match(String(text), /^db timeout \(503\)\nFirst seen: 2026-11-23 18:15:29 UTC\n.*\nTop kinds:\n38 × db timeout\n/s)
  t.end()
})

t.test('what is not known is blank, and of a number 0', (t) => {
  const { service: _service, hostname: _hostname, ...bare } = alert
  const sample = { ...alert.sample, status_code: 0, error_message: '', client_ip: '' }
  t.match(all({ ...bare, sample }), {
    group: '',
    service: '',
    hostname: '',
    status: 0,
    message: '',
    kind: '',
    traceId: '',
  })
  t.end()
})

t.test('those of a group are its values, numbers among them', (t) => {
  const values = valuesOf({ ...alert, group_by: { model: 'm', key_id: 7, 'app.ok': true, region: null } })
  const of = (field: string) => values({ placeholder: 'group', field })
  t.strictSame(['model', 'key_id', 'app.ok', 'region', 'none', 'toString'].map(of), ['m', 7, 'true', '', '', ''])
  t.equal(valuesOf(alert)({ placeholder: 'group', field: 'model' }), '')
  t.end()
})

t.test('an end has its own id and count, and goes from the first alert to itself', (t) => {
  const end: ResolvedPayload = {
    ...(over as ResolvedPayload),
    id: `${Date.parse('2026-11-23T18:19:29.001Z')}-abc-9`,
    since: '2026-11-23T18:16:06Z',
  }
  t.match(all(end), {
    state: 'resolved',
    id: end.id,
    count: 0,
    from: '2026-11-23T18:16:06Z',
    to: '2026-11-23T18:19:30Z',
  })
  const { since: _, ...unknown } = end
  t.match(all(unknown), { from: '2026-11-23T18:16:08Z' }, 'its duration, and the quiet window before it was raised')
  t.equal(all(payloads['test'] as ThresholdPayload)['state'], 'test')
  t.equal(all({ ...end, test: true })['state'], 'resolved')
  t.end()
})

t.test('times are those at which a notice was raised, whenever it is sent', (t) => {
  const later = { ...alert, sent_at: '2026-11-23T20:00:00Z' }
  t.match(all(later), { to: '2026-11-23T18:16:07Z' })
  t.equal(raisedAtMs(later), Date.parse('2026-11-23T18:16:06.400Z'))
  t.equal(raisedAtMs({ ...later, id: 'mine' }), Date.parse(later.sent_at), 'nothing else says it')
  const early = { ...alert, first_seen: '2026-11-23T18:15:05Z' }
  t.match(all(early), { from: early.first_seen }, 'all errors of the window are in it')
  t.end()
})

t.test('the text has all that chats show below the title, of at most 2,000 characters', (t) => {
  const links = { Runbook: 'https://wiki.test/a' }
  const labelled: ThresholdPayload = { ...alert, links, labels: { team: 'shop' } }
  const text = String(all(labelled)['text'])
  for (const line of ['team: shop', 'Runbook: https://wiki.test/a', 'Samples:'])
    t.ok(text.split('\n').includes(line), line)
  const long = String(all(payloads['long'] as ThresholdPayload)['text'])
  t.ok(long.length <= 2000 && long.endsWith('…'))
  t.end()
})

t.test('are readable texts of one line and whole numbers, whatever is told', (t) => {
  const numbers: readonly PlaceholderName[] = ['count', 'threshold', 'windowSeconds', 'status', 'fromMs', 'toMs']
  fc.assert(
    fc.property(payload, (payload) => {
      for (const [name, value] of Object.entries(all(payload))) {
        assert.equal(typeof value, numbers.some((one) => one === name) ? 'number' : 'string', name)
        assert.doesNotMatch(String(value), unreadable)
        if (name !== 'text') assert.doesNotMatch(String(value), /\n/)
      }
      const { fromMs, toMs, from, to, title } = all(payload)
      assert.ok(Number(fromMs) <= Number(toMs) && Number(fromMs) >= 0)
      assert.deepEqual([Date.parse(String(from)), Date.parse(String(to))], [fromMs, toMs])
      assert.equal(title, toWords(payload).title)
    }),
  )
  t.end()
})
