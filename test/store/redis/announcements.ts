import t from 'tap'
import { seriesOf } from '../../../src/rule/series.js'
import { Announcements, announcementOf, wholeOf } from '../../../src/store/redis/announcements.js'
import { destinationId } from '../../../src/store/redis/destination-id.js'
import { rule, series } from '../../fixtures/store-bench.js'

t.test('says all that operators see of a series without its process', (t) => {
  t.strictSame(announcementOf(series), {
    rule: 'default',
    destination: destinationId(rule.url),
    host: '127.0.0.1:9',
    format: 'json',
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

t.test('tells of a url its host and port, and neither path nor query', (t) => {
  const url = 'https://hooks.slack.com:8443/services/T0/B0/canary?key=canary'
  const text = JSON.stringify(announcementOf(seriesOf({ ...rule, url, format: 'slack' })))
  t.match(JSON.parse(text), { host: 'hooks.slack.com:8443', format: 'slack' })
  t.notMatch(text, /canary/)
  t.equal(announcementOf(seriesOf({ ...rule, url: '' })).host, '')
  t.end()
})

t.test('announces rules as a whole once an hour, and at once where one has changed; so many at once', (t) => {
  const announcements = new Announcements()
  const other = { ...rule, name: 'other' }
  const made = announcements.ofRules([rule, other], 0)
  t.strictSame(
    made.map(({ text }) => JSON.parse(text)),
    [wholeOf(rule), wholeOf(other)],
  )
  t.match(wholeOf(rule), { ...announcementOf(series), whole: true })
  for (const { rule, text } of made) announcements.tookRule(rule, text, 0)
  t.strictSame(announcements.ofRules([rule, { ...other }], 3_599_999), [])
  t.match(announcements.ofRules([rule, { ...other, threshold: 1 }], 1), [{ rule: { name: 'other' } }])
  t.equal(announcements.ofRules([rule, other], 3_600_000).length, 2)
  const many = Array.from({ length: 150 }, (_, i) => ({ ...rule, name: `r${i}` }))
  const first = announcements.ofRules(many, 0)
  t.equal(first.length, 100)
  for (const { rule, text } of first) announcements.tookRule(rule, text, 0)
  t.equal(announcements.ofRules(many, 0).length, 50)
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
