import t from 'tap'
import { describeSettlement, verdictOn } from '../../src/evaluator/verdict.js'
import { MAX_NEWS_AGE_MS } from '../../src/rule/alert-state.js'

const half = (): number => 0.5
const trouble = { kind: 'retry', reason: 'serverError', status: 503 } as const

t.test('what has trouble is tried again by the schedule, and others wait with it for half a minute at most', (t) => {
  for (const [tries, waitMs, pauseMs] of [
    [1, 2000, 2000],
    [3, 30_000, 30_000],
    [4, 60_000, 30_000],
    [50, 3_600_000, 30_000],
  ] as const) {
    const expected = { settlement: { kind: 'postponed', waitMs, wasTried: true }, pauseMs }
    t.strictSame(verdictOn(trouble, tries, MAX_NEWS_AGE_MS, half), expected)
  }
  t.match(verdictOn({ ...trouble, retryAfterMs: 90_000 }, 1, MAX_NEWS_AGE_MS, half), {
    settlement: { waitMs: 90_000 },
    pauseMs: 90_000,
  })
  t.end()
})

t.test('nothing waits beyond its day: about forty attempts fit into it', (t) => {
  let [leftMs, tries] = [MAX_NEWS_AGE_MS, 0]
  while (leftMs > 0) {
    tries += 1
    const { settlement } = verdictOn(trouble, tries, leftMs, half)
    if (settlement.kind !== 'postponed') throw new Error('it is tried again')
    t.ok(settlement.waitMs > 0 && settlement.waitMs <= leftMs)
    leftMs -= settlement.waitMs
  }
  t.ok(tries > 25 && tries < 45, `${tries}`)
  t.match(verdictOn({ kind: 'rejected', reason: 'clientError', status: 404 }, 1, 1000, half), {
    settlement: { kind: 'parked', waitMs: 1000 },
  })
  t.end()
})

t.test('what is refused is parked, what is gone waits for another config, and neither holds up others', (t) => {
  t.strictSame(verdictOn({ kind: 'rejected', reason: 'redirect', status: 302 }, 1, MAX_NEWS_AGE_MS, half), {
    settlement: { kind: 'parked', waitMs: 1_800_000 },
    pauseMs: 0,
  })
  t.strictSame(verdictOn({ kind: 'gone', status: 410 }, 1, MAX_NEWS_AGE_MS, half), {
    settlement: { kind: 'gone' },
    pauseMs: 0,
  })
  t.end()
})

t.test('each settlement has words of its own', (t) => {
  const texts = (['delivered', 'gone', 'abandoned'] as const).map((kind) => describeSettlement({ kind }))
  texts.push(describeSettlement({ kind: 'parked', waitMs: 1 }))
  texts.push(describeSettlement({ kind: 'postponed', waitMs: 1500, wasTried: true }))
  t.match(texts.at(-1), /in 2 s/)
  t.equal(new Set(texts).size, 4)
  t.end()
})
