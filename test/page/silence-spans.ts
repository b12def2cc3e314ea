import t from 'tap'
import { silenceSpans } from '../../src/page/status/now/silence-spans.js'

process.env['TZ'] = 'Europe/Berlin'

const morningAt = (text: string) => silenceSpans(new Date(text))[2]

t.test('offers half an hour, an hour, and until the next morning', (t) => {
  const spans = silenceSpans(new Date('2026-06-10T22:15:00+02:00'))
  t.strictSame(spans, [
    { label: '30 minutes', seconds: 1800 },
    { label: '1 hour', seconds: 3600 },
    { label: 'until tomorrow, 09:00', seconds: 10.75 * 3600 },
  ])
  t.end()
})

t.test('at night the morning is today’s, and at nine it is the next', (t) => {
  t.strictSame(morningAt('2026-06-10T02:00:00+02:00'), { label: 'until today, 09:00', seconds: 7 * 3600 })
  t.strictSame(morningAt('2026-06-10T08:59:59.999+02:00'), { label: 'until today, 09:00', seconds: 1 })
  t.strictSame(morningAt('2026-06-10T09:00:00+02:00'), { label: 'until tomorrow, 09:00', seconds: 24 * 3600 })
  t.end()
})

t.test('is the morning by the clock where the clocks change', (t) => {
  t.equal(morningAt('2026-03-28T22:00:00+01:00')?.seconds, 10 * 3600)
  t.equal(morningAt('2026-10-24T22:00:00+02:00')?.seconds, 12 * 3600)
  t.equal(morningAt('2026-12-31T22:00:00+01:00')?.seconds, 11 * 3600)
  t.end()
})
