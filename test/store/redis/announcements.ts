import t from 'tap'
import { seriesOf } from '../../../src/rule/series.js'
import { Announcements, announcementOf, readAnnouncement } from '../../../src/store/redis/announcements.js'
import { destinationId } from '../../../src/store/redis/destination-id.js'
import { rule, series } from '../../fixtures/store-bench.js'

t.test('says all that operators see of a series without its process', (t) => {
  t.strictSame(announcementOf(series), {
    rule: 'default',
    destination: destinationId(rule.url),
    key: '',
    type: 'sliding',
    window: 60_000,
    threshold: 10,
    cooldown: 300_000,
    cooldownMax: 0,
    resolve: false,
    enabled: true,
  })
  const { key, group } = announcementOf(seriesOf(rule, 'k', { model: 'x' }))
  t.strictSame([key, group], ['k', { model: 'x' }])
  t.end()
})

t.test('announces a series now and then, and at once where its rule has changed', (t) => {
  const announcements = new Announcements()
  const text = announcements.textOf(series, 0)
  t.match(text, '"threshold":10')
  t.equal(announcements.textOf(series, 1), text, 'until the store has answered')
  announcements.taken(series, text, 1)
  t.equal(announcements.textOf(seriesOf({ ...rule }), 30_000), '')
  t.equal(announcements.textOf(series, 30_001), text)
  t.match(announcements.textOf(seriesOf({ ...rule, threshold: 11 }), 2), '"threshold":11')
  t.end()
})

t.test('remembers so many series, those announced last', (t) => {
  const announcements = new Announcements()
  const nth = (i: number) => seriesOf(rule, String(i))
  for (let i = 0; i < 10_001; i += 1) announcements.taken(nth(i), '', 0)
  t.not(announcements.textOf(nth(0), 0), '')
  t.equal(announcements.textOf(nth(1), 0), '')
  t.equal(announcements.textOf(nth(10_000), 0), '')
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
  for (const text of ['', 'null', '[]', ...spoilt.map((one) => JSON.stringify(one))])
    t.equal(readAnnouncement(text), undefined, text)
  t.end()
})
