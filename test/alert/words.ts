import assert from 'node:assert/strict'
import t from 'tap'
import type { Payload, ResolvedPayload, ThresholdPayload } from '../../src/alert/payload.js'
import { toSample } from '../../src/alert/sample.js'
import { toWords } from '../../src/alert/words.js'
import { toLogRecord } from '../../src/record/log-record.js'
import { payload, textsOf, unreadable } from '../fixtures/formats/arbitrary-payload.js'
import { firing, over, payloads } from '../fixtures/formats/payloads.js'
import { fc } from '../fixtures/properties.js'

const wordsOf = (name: string) => toWords(payloads[name] ?? over)

t.test('an alert says what, how much, where, since when, and what is most frequent', (t) => {
  t.strictSame(toWords(firing), {
    tone: 'firing',
    color: 'red',
    title: 'db timeout (503) – 120 errors in 60 s – shop',
    headline: '🚨 db timeout (503) – 120 errors in 60 s – shop',
    message: 'db timeout (503)',
    detail: '',
    where: 'shop',
    facts: [
      { name: 'First seen', value: '2026-11-23 18:15:29 UTC', time: '2026-11-23T18:15:29Z' },
      { name: 'Last seen', value: '2026-11-23 18:16:07 UTC', time: '2026-11-23T18:16:07Z' },
      { name: 'Threshold', value: '10 errors in 60 s' },
      { name: 'Service', value: 'shop' },
      { name: 'Rule', value: 'default' },
      { name: 'Host', value: 'web-1' },
      { name: 'Client', value: '203.0.113.9' },
    ],
    lists: [
      { name: 'Top kinds', lines: ['38 × db timeout', '12 × ProxyError: upstream refused <http://…>'] },
      { name: 'Top paths', lines: ['41 × /orders', '9 × /cart'] },
      { name: 'Top status codes', lines: ['38 × 503', '12 × 502'] },
      {
        name: 'Samples',
        lines: ['38 × 503 db timeout (203.0.113.9)', '12 × 502 upstream refused <http://10.0.0.7:8080>'],
      },
    ],
    links: [],
    footer: 'logsiren · log_error_threshold · 1795458261000-UDKqoM49k43b-4',
  })
  t.end()
})

t.test('a kind that the message tells is not told twice in a title', (t) => {
  const { title, where, facts, lists } = wordsOf('byKind')
  t.equal(title, 'db timeout (503) – 120 errors in 60 s – shop')
  t.equal(where, 'shop/kind=OperationalError: db timeout', 'it names the group elsewhere')
  t.match(facts, [{}, {}, {}, {}, {}, { name: 'kind', value: 'OperationalError: db timeout' }])
  t.strictSame(lists[0], { name: 'Top kinds', lines: ['50 × OperationalError: db timeout'] })
  const given = { ...(firing as ThresholdPayload), group_by: { kind: 'pool', model: 'm' } }
  t.equal(toWords(given).title, 'db timeout (503) – 120 errors in 60 s – shop/kind=pool, model=m')
  const { kind: _, ...older } = given.top ?? { message: [], path: [], status: [] }
  t.equal(toWords({ ...given, top: older }).lists[0]?.lines[1], '12 × upstream refused <http://…>')
  t.end()
})

t.test('its end says what, how long, how bad, and of which alert', (t) => {
  const { tone, title, headline, facts, lists } = toWords(over)
  t.strictSame([tone, lists], ['resolved', []])
  t.equal(title, 'Resolved after 2 min 22 s: db timeout (503) – 431 errors in all – shop')
  t.equal(headline, `✅ ${title}`)
  t.strictSame(facts.slice(0, 4), [
    { name: 'Lasted', value: '2 min 22 s' },
    { name: 'Peak', value: '157 errors in 60 s' },
    { name: 'Total', value: '431 errors' },
    { name: 'Alert', value: '1795458261000-UDKqoM49k43b-4' },
  ])
  t.end()
})

t.test('an alert while alerts keep coming says which it is, and since when', (t) => {
  const { tone, headline, facts } = wordsOf('repeated')
  t.equal(tone, 'repeated')
  t.equal(headline, '🔁 Still failing: db timeout (503) – 120 errors in 60 s, 6th alert since 05:53 UTC – shop')
  t.strictSame(facts[0], {
    name: 'Failing since',
    value: '2026-11-23 05:53:10 UTC',
    time: '2026-11-23T05:53:10Z',
  })
  const titleOf = (notice: number, since?: string) =>
    toWords({ ...(firing as ThresholdPayload), notice, ...(since !== undefined && { since }) }).title
  t.equal(titleOf(1, '2026-11-23T18:16:07Z'), toWords(firing).title)
  t.match(titleOf(2, '2026-11-22T05:53:10Z'), / in 60 s, 2nd alert since 2026-11-22 05:53 UTC – shop$/)
  for (const since of [undefined, 'yesterday']) t.match(titleOf(3, since), / in 60 s, 3rd alert – shop$/)
  t.end()
})

t.test('an alert of what is new says so, and how many kinds there are', (t) => {
  const isNew: ThresholdPayload = { ...(firing as ThresholdPayload), new_only: true, threshold: 1 }
  const { tone, headline, facts } = toWords({ ...isNew, count: 1, notice: 4, suppressed: 3 })
  t.equal(tone, 'firing')
  t.equal(headline, '🚨 New error: db timeout (503) – shop')
  t.match(facts, [{}, {}, { value: '1 new kind of errors in 60 s' }, { value: '3 errors since the last alert' }])
  t.equal(toWords({ ...isNew, count: 3 }).title, 'New errors: db timeout (503) – 3 new kinds of errors in 60 s – shop')
  t.match(toWords({ ...(over as ResolvedPayload), new_only: true, total: 2, peak: 1 }), {
    title: 'Resolved after 2 min 22 s: db timeout (503) – 2 new kinds of errors in all – shop',
    facts: [{}, { value: '1 new kind of errors in 60 s' }, { value: '2 new kinds of errors' }],
  })
  t.end()
})

t.test('tests and what one process alone has seen are marked', (t) => {
  const test = wordsOf('test')
  t.equal(test.tone, 'test')
  t.equal(test.headline, '🧪 [TEST] logsiren: this is a test alert – 10 errors in 60 s – shop')
  const degraded = wordsOf('degraded')
  t.equal(degraded.tone, 'degraded')
  t.equal(degraded.headline, '⚠️ [DEGRADED] db timeout (503) – 120 errors in 60 s – shop')
  t.match(
    degraded.facts.map(({ name }) => name),
    ['First seen', 'Last seen', 'Threshold', 'Degraded'],
  )
  const both = { ...(payloads['degraded'] as ThresholdPayload), notice: 2 }
  t.match(toWords(both).title, /^\[DEGRADED\] Still failing: db timeout \(503\) – 120 errors in 60 s, 2nd alert/)
  const end: Payload & { readonly test: true } = { ...over, test: true }
  t.match(toWords(end).headline, /^✅ \[TEST\] Resolved after 2 min 22 s: db timeout \(503\)/)
  t.match(toWords({ ...firing, count: 1 }).title, / – 1 error in/)
  t.match(toWords({ ...firing, count: 12_345 }).title, / – 12,345 errors in/)
  t.end()
})

t.test('what there is of message and status stands in the title, cut where it is long', (t) => {
  const titled = (errorMessage: string, statusCode: number) => {
    const sample = toSample(toLogRecord({ errorMessage, statusCode }))
    const { title, message, detail } = toWords({ ...firing, sample })
    return [title.replace(' – 120 errors in 60 s – shop', '|'), message, detail]
  }
  t.strictSame(titled('', 0), ['120 errors in 60 s – shop', '', ''])
  t.strictSame(titled('', 503), ['status 503|', 'status 503', ''])
  t.strictSame(titled('db timeout', 0), ['db timeout|', 'db timeout', ''])
  const own = 'Request failed with status code 503'
  t.strictSame(titled(own, 503), [`${own}|`, own, ''], 'a status is told once')
  t.strictSame(titled('port 5032', 503), ['port 5032 (503)|', 'port 5032 (503)', ''])
  const long = 'x'.repeat(81)
  t.strictSame(titled(long, 503), [`${'x'.repeat(73)}… (503)|`, `${long} (503)`, `${long} (503)`])
  t.end()
})

t.test('where nothing but the status is known, what was asked for stands beside it', (t) => {
  const titled = (errorMessage: string, sample_request: string, statusCode = 503): string => {
    const sample = toSample(toLogRecord({ errorMessage, statusCode }))
    return toWords({ ...firing, sample, sample_request }).title.replace(' – 120 errors in 60 s – shop', '')
  }
  t.equal(titled('', 'GET /orders'), '503 GET /orders')
  t.equal(titled('failed with status code 503', '/orders/<n>'), '503 /orders/<n>')
  t.equal(titled('db timeout', 'GET /orders'), 'db timeout (503)')
  t.equal(titled('', ' '), 'status 503')
  t.equal(titled('', 'GET /orders', 0), '120 errors in 60 s – shop')
  t.equal(titled('', `GET /${'x'.repeat(200)}`).length, 80)
  const sample = toSample(toLogRecord({ statusCode: 503 }))
  t.match(toWords({ ...over, sample, sample_request: 'GET /a' }).title, /^Resolved after 2 min 22 s: 503 GET \/a /)
  t.end()
})

t.test('a group stands in the title and among the facts, once', (t) => {
  const { title, facts } = wordsOf('grouped')
  t.equal(title, 'quota (500) – 31 errors in 5 min – shop/models/model=gpt-4_mini*, tenant.id=7, region=none')
  const names = facts.map(({ name }) => name)
  t.strictSame(names.slice(3), [
    'Suppressed',
    'Service',
    'Rule',
    'model',
    'tenant.id',
    'region',
    'Host',
    'Provider',
    'Key',
    'req.id',
    'app.area',
  ])
  t.end()
})

t.test('the error stands within the first hundred characters, and the first of all tells what has happened', (t) => {
  const pictures = { firing: '🚨', repeated: '🔁', degraded: '⚠️', test: '🧪', resolved: '✅' }
  fc.assert(
    fc.property(payload, (payload) => {
      const { tone, title, headline, message } = toWords(payload)
      assert.equal(headline, `${pictures[tone]} ${title}`)
      assert.ok(headline.slice(0, 100).includes(message.slice(0, 55)))
    }),
  )
  t.end()
})

t.test('every text is short, readable and there, whatever is told', (t) => {
  fc.assert(
    fc.property(payload, (payload) => {
      const words = toWords(payload)
      for (const [, text] of textsOf(words)) assert.doesNotMatch(text, unreadable)
      assert.ok(words.title.length > 0 && words.title.length <= 400)
      assert.ok(words.message.length <= 2048 && words.facts.length <= 20)
      for (const { name, value, time } of words.facts) {
        assert.ok(name !== '' && name.length <= 60 && value !== '' && value.length <= 300)
        if (time !== undefined) assert.match(`${time} ${value}`, /^(.{10})T(.{8})Z \1 \2 UTC$/)
      }
      for (const { lines } of words.lists)
        assert.ok(lines.length >= 1 && lines.length <= 5 && lines.every((line) => line !== '' && line.length <= 300))
    }),
  )
  t.end()
})

t.test('an alert of many groups begins with how many, and lists the largest', (t) => {
  const group = [
    { value: 'model=a', count: 40 },
    { value: 'model=b', count: 12 },
  ]
  const many: ThresholdPayload = {
    ...(firing as ThresholdPayload),
    rule: 'payments',
    count: 490,
    group_by: { model: '(many)' },
    groups: 38,
    top: { message: [], path: [], status: [], group },
  }
  const { title, where, facts, lists } = toWords(many)
  t.equal(title, '38 groups of payments: db timeout (503) – 490 errors in 60 s – shop')
  t.equal(where, 'shop')
  t.match(
    facts.find(({ name }) => name === 'Groups'),
    { value: '38' },
  )
  t.notOk(facts.some(({ value }) => value.includes('(many)')))
  t.strictSame(lists[0], { name: 'Top groups', lines: ['40 × model=a', '12 × model=b'] })
  t.match(toWords({ ...many, groups: 1, rule: 'default' }).title, /^1 group: db timeout/)
  t.match(toWords({ ...many, notice: 2 }).title, /^Still failing: 38 groups of payments: db timeout/)
  t.match(
    toWords({ ...over, rule: 'payments', groups: 38 }).title,
    /^Resolved after 2 min 22 s: 38 groups of payments: db/,
  )
  t.end()
})

t.test('labels are facts, and a severity is a word and a color', (t) => {
  const labelled = (labels: Readonly<Record<string, string>>, given = firing) => toWords({ ...given, labels })
  const { headline, title, facts, color } = labelled({ team: 'shop', severity: 'warning', blank: '' })
  t.equal(headline, '🚨 [WARNING] db timeout (503) – 120 errors in 60 s – shop')
  t.equal(title, toWords(firing).title, 'pagers know severities themselves')
  t.equal(color, 'yellow')
  t.strictSame(
    facts.slice(2, 6).map(({ name, value }) => `${name}: ${value}`),
    ['Threshold: 10 errors in 60 s', 'team: shop', 'severity: warning', 'Service: shop'],
  )
  const colors = ['critical', 'error', 'info', 'page'].map((severity) => labelled({ severity }).color)
  t.strictSame(colors, ['red', 'orange', 'blue', 'red'])
  t.match(labelled({ severity: 'page' }).headline, /^🚨 db timeout/)
  const test = labelled({ severity: 'critical' }, payloads['test'])
  t.match(test, { color: 'blue', headline: /^🧪 \[CRITICAL\] \[TEST\] logsiren: / })
  t.match(labelled({ severity: 'critical' }, over), { color: 'green', headline: /^✅ Resolved after/ })
  t.strictSame(
    ['repeated', 'degraded'].map((name) => wordsOf(name).color),
    ['orange', 'yellow'],
  )
  t.equal(labelled({ severity: 'info' }, payloads['degraded']).color, 'blue')
  t.end()
})

t.test('links are told with their names', (t) => {
  const url = 'https://wiki.test/a?b=c'
  t.strictSame(toWords({ ...firing, links: { 'Run\nbook': url } }).links, [{ name: 'Run book', url }])
  t.strictSame(toWords({ ...over, links: { Logs: url } }).links, [{ name: 'Logs', url }])
  t.end()
})

t.test('where requests were counted, the share of errors is told', (t) => {
  const shared: ThresholdPayload = { ...(firing as ThresholdPayload), count: 12, requests: 240, percent: 5 }
  const { title, facts } = toWords(shared)
  t.equal(title, 'db timeout (503) – 12 errors in 60 s, 5 % of 240 requests – shop')
  t.match(facts.slice(2, 4), [
    { name: 'Requests', value: '240 (5 % errors)' },
    { name: 'Threshold', value: '10 errors in 60 s, 5 % of requests' },
  ])
  t.match(
    toWords({ ...shared, count: 2500, requests: 12_000, notice: 2 }).title,
    /2,500 errors in 60 s, 20\.8 % of 12,000 requests, 2nd alert/,
  )
  t.match(toWords({ ...shared, count: 1, requests: 1 }).title, /1 error in 60 s, 100 % of 1 request –/)
  const { requests: _, ...older } = shared
  t.equal(toWords(older).title, 'db timeout (503) – 12 errors in 60 s – shop')
  t.notMatch(toWords({ ...over, percent: 5 }).title, /%/)
  t.end()
})

t.test('the trace of the sample is a fact', (t) => {
  const sample_trace_id = '4bf92f3577b34da6a3ce929d0e0e4736'
  t.match(toWords({ ...firing, sample_trace_id }).facts.at(-1), { name: 'Trace', value: sample_trace_id })
  t.end()
})
