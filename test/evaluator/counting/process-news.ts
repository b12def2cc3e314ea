import t from 'tap'
import { ProcessNews } from '../../../src/evaluator/counting/process-news.js'
import type { ProcessFacts } from '../../../src/store/store.js'
import { version } from '../../../src/version.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { fc } from '../../fixtures/properties.js'

type Given = Pick<ProcessFacts, 'service' | 'hostname' | 'logger' | 'config'>

interface Bench {
  readonly clock: FakeClock
  readonly news: ProcessNews
  readonly stats: { observed: number }
  given: Given
  /** Tells what there is to tell, as a submission that is answered does. */
  tell(): ProcessFacts | 'closing' | undefined
}

function setUp(): Bench {
  const [clock, stats] = [fakeClock(), { observed: 0 }]
  const bench: Bench = {
    clock,
    stats,
    given: { service: '', hostname: 'h', logger: 'pino', config: 'options' },
    news: new ProcessNews({ clock, stats: () => stats, facts: () => bench.given }),
    tell: () => {
      const told = bench.news.next()
      if (told !== undefined) bench.news.told(told)
      return told
    },
  }
  return bench
}

t.test('tells of the process at once, then now and then, and at once what is new', async (t) => {
  const bench = setUp()
  t.strictSame(bench.news.next(), { ...bench.given, pid: process.pid, version, linesPerMinute: 0 })
  t.ok(bench.news.next(), 'again until the store has it')
  t.ok(bench.tell())
  await bench.clock.advance(14_999)
  t.equal(bench.tell(), undefined)
  await bench.clock.advance(1)
  t.ok(bench.tell())
  bench.given = { ...bench.given, service: 'shop' }
  t.match(bench.tell(), { service: 'shop' })
  bench.given = { ...bench.given, config: 'last_good' }
  t.match(bench.tell(), { config: 'last_good' })
  t.equal(bench.tell(), undefined)
})

t.test('before it ends it takes out what it told, once', (t) => {
  const bench = setUp()
  bench.tell()
  bench.news.leave()
  t.equal(bench.news.next(), 'closing')
  t.equal(bench.tell(), 'closing')
  t.equal(bench.tell(), undefined)
  bench.given = { ...bench.given, service: 'shop' }
  t.equal(bench.tell(), undefined)
  t.end()
})

t.test('tells names that are too long once, cut', (t) => {
  const bench = setUp()
  bench.given = { ...bench.given, service: '😀'.repeat(200), hostname: 'x'.repeat(300) }
  const told = bench.tell()
  t.match(told, { service: '😀'.repeat(100), hostname: 'x'.repeat(200) })
  t.equal(bench.tell(), undefined)
  t.end()
})

t.test('tells the lines of about a minute, whenever it tells', async (t) => {
  const gaps = fc.array(
    fc.record({ waitMs: fc.integer({ min: 0, max: 30_000 }), perSecond: fc.integer({ max: 500, min: 0 }) }),
    {
      minLength: 8,
      maxLength: 20,
    },
  )
  await fc.assert(
    fc.asyncProperty(gaps, async (gaps) => {
      const bench = setUp()
      const seen = [{ atMs: bench.clock.monotonicMs(), observed: 0 }]
      for (const { waitMs, perSecond } of gaps) {
        await bench.clock.advance(waitMs)
        bench.stats.observed += Math.round((waitMs / 1000) * perSecond)
        const [atMs, { observed }] = [bench.clock.monotonicMs(), bench.stats]
        seen.push({ atMs, observed })
        const told = bench.tell()
        if (typeof told !== 'object') continue
        // It must be the rate since some moment that lies between one interval and a few of them back.
        const rates = seen
          .filter((one) => one.atMs <= atMs && one.atMs >= atMs - 4 * 45_000)
          .map((one) => ((observed - one.observed) * 60_000) / Math.max(atMs - one.atMs, 15_000))
        if (!rates.some((rate) => Math.abs(rate - told.linesPerMinute) <= 1)) return false
      }
      return true
    }),
  )
  const bench = setUp()
  bench.tell()
  for (let i = 0; i < 20; i += 1) {
    await bench.clock.advance(15_000)
    bench.stats.observed += 500
    t.match(bench.tell(), { linesPerMinute: 2000 })
  }
})
