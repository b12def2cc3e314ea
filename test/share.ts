import t from 'tap'
import { countText, isReached, limitText, nearness, sharePercent } from '../src/share.js'
import { fc } from './fixtures/properties.js'

t.test('an alert needs as many errors as the threshold, and as large a share of the requests', (t) => {
  const limits = { threshold: 10, percent: 5 }
  const rows: [count: number, requests: number, isExpected: boolean][] = [
    [0, 0, false],
    [9, 9, false],
    [10, 10, true],
    [10, 200, true],
    [10, 201, false],
    [12, 240, true],
    [1000, 20_001, false],
  ]
  for (const [count, requests, isExpected] of rows)
    t.equal(isReached({ count, requests }, limits), isExpected, `${count} of ${requests}`)
  t.notOk(isReached({ count: 0, requests: 0 }, { threshold: 1, percent: 100 }))
  t.ok(isReached({ count: 1, requests: 1 }, { threshold: 1, percent: 100 }))
  t.notOk(isReached({ count: 3, requests: 3 }, limits), 'three of three at night')
  t.ok(isReached({ count: 10 }, { threshold: 10 }), 'without percent any share will do')
  t.notOk(isReached({ count: 9 }, { threshold: 10 }))
  t.end()
})

const shares = fc
  .record({ requests: fc.integer({ min: 1, max: 1e9 }), ratio: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ requests, ratio }) => ({ count: Math.floor(requests * ratio), requests }))

t.test('never shows a share that is not reached', (t) => {
  fc.assert(
    fc.property(shares, (counts) => {
      const shown = sharePercent(counts)
      // Beside the last digit of a double.
      return shown * counts.requests <= counts.count * 100 * (1 + 1e-12) && shown >= 0
    }),
  )
  t.equal(sharePercent({ count: 0, requests: 0 }), 0)
  t.equal(sharePercent({ count: 9996, requests: 10_000 }), 99.9)
  t.equal(sharePercent({ count: 1, requests: 800 }), 0.125)
  t.end()
})

t.test('is as near as what is further from an alert', (t) => {
  const limits = { threshold: 10, percent: 50 }
  t.equal(nearness({ count: 0, requests: 0 }, limits), 0)
  t.equal(nearness({ count: 5, requests: 5 }, limits), 0.5)
  t.equal(nearness({ count: 10, requests: 80 }, limits), 0.25)
  t.equal(nearness({ count: 20 }, { threshold: 10 }), 2)
  t.end()
})

t.test('says both numbers', (t) => {
  t.equal(countText({ count: 12, requests: 240 }), '12 of 240 requests (5 %)')
  t.equal(countText({ count: 1, requests: 1 }), '1 of 1 request (100 %)')
  t.equal(countText({ count: 0, requests: 0 }), '0 of 0 requests (0 %)')
  t.equal(countText({ count: 1200, requests: 240_000 }), '1,200 of 240,000 requests (0.5 %)')
  t.equal(countText({ count: 1 }), '1 error')
  t.equal(limitText({ threshold: 1000 }), '1,000')
  t.equal(limitText({ threshold: 10, percent: 0.5 }), '10 and 0.5 %')
  t.end()
})
