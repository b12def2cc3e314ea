import t from 'tap'
import { samplesOf, timeText, topOf } from '../../src/alert/word-parts.js'

t.test('times say that they are UTC; what is no time stays', (t) => {
  t.equal(timeText('2026-11-23T18:15:29Z'), '2026-11-23 18:15:29 UTC')
  t.equal(timeText('yesterday'), 'yesterday')
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
