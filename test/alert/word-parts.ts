import t from 'tap'
import { clockText, groupWords, ordinal, samplesOf, timeText, topOf } from '../../src/alert/word-parts.js'

t.test('times say that they are UTC; what is no time stays', (t) => {
  t.equal(timeText('2026-11-23T18:15:29Z'), '2026-11-23 18:15:29 UTC')
  t.equal(timeText('yesterday'), 'yesterday')
  t.end()
})

t.test('a clock is shown without its date where that is today’s', (t) => {
  t.equal(clockText('2026-11-23T05:53:10Z', '2026-11-23T18:16:07Z'), '05:53 UTC')
  t.equal(clockText('2026-11-22T23:59:59Z', '2026-11-23T00:00:00Z'), '2026-11-22 23:59 UTC')
  t.end()
})

t.test('a place in a row ends as it is spoken', (t) => {
  const places = [1, 2, 3, 4, 10, 11, 12, 13, 14, 21, 22, 23, 101, 111, 112, 1011, 1021].map(ordinal)
  const spoken = '1st 2nd 3rd 4th 10th 11th 12th 13th 14th 21st 22nd 23rd 101st 111th 112th 1011th 1021st'
  t.equal(places.join(' '), spoken)
  t.end()
})

t.test('lists have a count before each value, and pass over what is none', (t) => {
  t.strictSame(topOf([{ value: 'a\nb', count: 3 }, { value: '' }, { value: 7 }, null, 'x']), ['3 × a b', '7'])
  t.strictSame(topOf(Array(9).fill({ value: 'x'.repeat(400), count: 1 })), Array(5).fill(`1 × ${'x'.repeat(295)}…`))
  for (const input of [undefined, null, {}, 'text']) t.strictSame([...topOf(input), ...samplesOf(input)], [])
  t.strictSame(
    samplesOf([
      { count: 2, status_code: 503, error_message: 'db', model: 'm', client_ip: '' },
      { status_code: 0, error_message: '' },
    ]),
    ['2 × 503 db (m)'],
  )
  t.end()
})

t.test('a group is named by its values', (t) => {
  t.equal(groupWords({ model: 'a\nb', region: null, key_id: 7 }), 'model=a b, region=none, key_id=7')
  t.equal(groupWords({}), '')
  t.end()
})
