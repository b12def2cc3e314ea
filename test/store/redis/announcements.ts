import t from 'tap'
import { seriesOf } from '../../../src/rule/series.js'
import { Announcements, announcementOf } from '../../../src/store/redis/announcements.js'
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
