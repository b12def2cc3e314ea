import t from 'tap'
import { seriesOf } from '../../../src/rule/series.js'
import { announcementOf, wholeOf } from '../../../src/store/redis/announcements.js'
import { destinationId } from '../../../src/store/redis/destination-id.js'
import { knownSeries, readAnnouncement } from '../../../src/store/status/known-series.js'
import { only, rule, series } from '../../fixtures/store-bench.js'

const text = (change: Partial<typeof rule> = {}, key = '', group?: { model: string }): string =>
  JSON.stringify(announcementOf(seriesOf({ ...rule, ...change }, key, group)))

t.test('takes the newest announcement of each series, under its own settings', (t) => {
  const known = knownSeries(
    [
      [text({ threshold: 7, cooldownMaxMs: 900_000 }), '30'],
      [text({ name: 'db', windowType: 'fixed', sendResolved: true }, 'k', { model: 'x' }), '20'],
      [text({ threshold: 9 }), '10'],
      ['{"rule":', '9'],
      ['{"rule":"../x","key":""}', '8'],
    ],
    undefined,
  )
  t.match(known, [
    { series: { id: 'default', rule: { threshold: 7, cooldownMaxMs: 900_000, enabled: true } }, announcedAtMs: 30 },
    {
      series: { id: 'db:k', groupValues: { model: 'x' }, rule: { windowType: 'fixed', sendResolved: true } },
      isInForce: true,
    },
  ])
  t.equal(known.length, 2)
  t.end()
})

t.test('knows which rules look at the share of errors, and takes no share that there cannot be', (t) => {
  const shareOf = (...given: Parameters<typeof knownSeries>) => only(knownSeries(...given)[0]).series.rule.percent
  t.equal(shareOf([[text({ percent: 0.5 }), '1']], undefined), 0.5)
  t.equal(shareOf([[text({ percent: 0.5 }), '1']], { percent: 7, url: 'https://a.test/', enabled: true }), 7)
  t.equal(shareOf([[text(), '1']], undefined), 0)
  for (const percent of [0, -1, 101, '5']) {
    const given = JSON.stringify({ ...JSON.parse(text()), percent })
    t.equal(shareOf([[given, '1']], undefined), 0, `${percent}`)
  }
  t.end()
})

t.test('knows every destination that is announced of a series, by a name that does not tell it', (t) => {
  const [a, b] = ['https://a.test/', 'https://b.test/']
  const known = knownSeries(
    [
      [text({ url: only(a) }), '30'],
      [text({ url: only(b), threshold: 3 }), '20'],
      [text({ url: only(a), threshold: 4 }), '10'],
    ],
    undefined,
  )
  const destinations = [
    { id: destinationId(only(a)), host: 'a.test', format: 'json' },
    { id: destinationId(only(b)), host: 'b.test', format: 'json' },
  ]
  t.match(known, [{ destinations, series: { rule: { threshold: 10, url: '' } } }])
  t.strictSame([known.length, known[0]?.destinations.length], [1, 2])
  t.end()
})

t.test('says where alerts go now: first by the document, else as any series of the rule announced it last', (t) => {
  const hostsOf = (...given: Parameters<typeof knownSeries>) =>
    knownSeries(...given).map(({ destinations }) => destinations.map(({ host, format }) => `${host} ${format}`))
  const announced = [
    [text({ url: 'https://new.test/', format: 'teams' }, 'a', { model: 'a' }), '30'],
    [text({ url: 'https://old.test/' }, 'b', { model: 'b' }), '20'],
    [text({ name: 'coded', url: 'https://coded.test/' }), '10'],
  ] as const
  const [coded, old] = [['coded.test json'], ['new.test teams', 'old.test json']]
  t.strictSame(hostsOf(announced, undefined), [['new.test teams'], old, coded])
  const moved = { url: 'https://hooks.slack.com/x', enabled: true }
  t.strictSame(hostsOf(announced, moved), [
    ['hooks.slack.com slack', 'new.test teams'],
    ['hooks.slack.com slack', 'old.test json'],
    coded,
  ])
  t.strictSame(
    hostsOf([...announced].slice(0, 1), { url: 'https://new.test/', format: 'json' }),
    [['new.test teams']],
    'the process knows best of what it has read',
  )
  t.strictSame(hostsOf([], { rules: [{ name: 'a', url: 'https://b.test:81/c?d' }, { name: 'b' }] }), [
    ['b.test:81 json'],
    [],
  ])
  t.end()
})

t.test('knows rules that have counted nothing, by what processes announce of them as a whole', (t) => {
  const whole = (change: Partial<typeof rule> = {}): string => JSON.stringify(wholeOf({ ...rule, ...change }))
  const announced = [
    [whole({ name: 'idle' }), '40'],
    [whole({ name: 'grouped' }), '40'],
    [whole({ name: 'plain', threshold: 3 }), '40'],
    [text({ name: 'plain' }), '30'],
    [text({ name: 'grouped' }, 'k', { model: 'x' }), '20'],
  ] as const
  const known = knownSeries(announced, undefined)
  t.match(known, [
    { series: { id: 'idle' }, announcedAtMs: undefined, destinations: [{ host: '127.0.0.1:9' }] },
    { series: { id: 'plain', rule: { threshold: 3 } }, announcedAtMs: 30 },
    { series: { id: 'grouped:k' }, announcedAtMs: 20 },
  ])
  t.equal(known.length, 3, 'of a rule with groups only those')
  t.equal(knownSeries(announced.slice(0, 2), { rules: [{ name: 'grouped' }] }).length, 2)
  t.end()
})

t.test('follows a document that has changed since, as far as it says', (t) => {
  const announced = [
    [text({ threshold: 7 }), '30'],
    [text({ name: 'coded', threshold: 8 }), '30'],
  ] as const
  const document = { threshold: 20, window_seconds: 30 }
  t.match(knownSeries(announced, document), [
    { isInForce: true, series: { rule: { threshold: 20, windowMs: 30_000, cooldownMs: 300_000, enabled: true } } },
    { isInForce: true, series: { rule: { name: 'coded', threshold: 8, windowMs: 60_000 } } },
  ])
  t.match(knownSeries(announced, { enabled: false }), [
    { series: { rule: { enabled: false } } },
    { series: { rule: { enabled: false } } },
  ])
  const rules = [{ name: 'coded', threshold: 30 }, { name: 'new' }]
  t.match(knownSeries(announced, { threshold: 20, url: 'https://example.test/', enabled: true, rules }), [
    { isInForce: false, series: { rule: { name: 'default', threshold: 7 } } },
    { isInForce: true, series: { rule: { name: 'coded', threshold: 30 } } },
    { isInForce: true, series: { rule: { name: 'new', threshold: 20, enabled: true } }, announcedAtMs: undefined },
  ])
  t.end()
})

t.test('names what was never counted: the document’s rules, or the one without a name', (t) => {
  t.strictSame(knownSeries([], undefined), [], 'which rules there are in code is not known')
  const document = { enabled: true, url: 'https://example.test/', threshold: 3 }
  t.match(knownSeries([], document), [{ series: { rule: { name: 'default', threshold: 3, enabled: true } } }])
  const coded = [[text({ name: 'coded' }), '1']] as const
  t.strictSame(
    knownSeries(coded, document).map(({ series }) => series.id),
    ['coded'],
    'where there are rules in code, that one is not',
  )
  t.end()
})

t.test('reads what it writes, and nothing that another hand may have made of it', (t) => {
  const grouped = announcementOf(
    seriesOf({ ...rule, windowType: 'fixed', cooldownMaxMs: 900_000 }, 'k', { model: 'x' }),
  )
  for (const one of [announcementOf(series), grouped]) t.strictSame(readAnnouncement(JSON.stringify(one)), one)
  const spoilt = [
    ...['rule', 'key', 'window', 'threshold', 'cooldown'].map((name) => ({ ...grouped, [name]: undefined })),
    ...[{ rule: '' }, { rule: 'a:b' }, { key: '../x' }, { destination: 'a:b' }, { destination: 1 }, { window: -1 }].map(
      (change) => ({ ...grouped, ...change }),
    ),
  ]
  t.strictSame(
    readAnnouncement(JSON.stringify({ ...grouped, group: 1, type: 1, cooldownMax: null, resolve: 1, enabled: 'x' })),
    {
      ...announcementOf(series),
      key: 'k',
      enabled: false,
    },
  )
  for (const text of ['', 'null', '[]', ...spoilt.map((one) => JSON.stringify(one))])
    t.equal(readAnnouncement(text), undefined, text)
  t.end()
})
