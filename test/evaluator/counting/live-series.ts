import t from 'tap'
import { Occurrence } from '../../../src/alert/occurrence.js'
import { Backlog } from '../../../src/evaluator/counting/backlog.js'
import { newCounters } from '../../../src/evaluator/stats.js'
import { type Series, seriesOf } from '../../../src/rule/series.js'
import { fakeClock } from '../../fixtures/fake-clock.js'
import { only, rule, series } from '../../fixtures/store-bench.js'
import { telling } from '../../fixtures/tellings.js'

const ofNew = seriesOf({ ...rule, newOnly: true, threshold: 1 })

function setUp() {
  const clock = fakeClock()
  const counters = newCounters()
  const backlog = new Backlog(clock, counters)
  const add = (kind: string, of: Series = ofNew): Occurrence => {
    const occurrence = new Occurrence(telling({ errorMessage: kind }))
    backlog.add(of, occurrence, { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }, kind)
    return occurrence
  }
  const shown = (): readonly string[] | undefined => backlog.shownOf(ofNew)?.happened.map(({ kind }) => kind)
  return { clock, counters, backlog, add, shown }
}

t.test('of each kind the newest error waits, and how many there were', async (t) => {
  const { clock, backlog, add } = setUp()
  const first = add('a')
  await clock.advance(500)
  add('b')
  add('a')
  t.ok(first.isForgotten)
  t.equal(backlog.mayCount(ofNew), 2)
  t.strictSame(backlog.takeUnseen(), [[ofNew, []]], 'who judges alone gets none')
  const [part] = backlog.take((argumentCount) => argumentCount === 6)
  const atMs = clock.monotonicMs()
  t.match(part, {
    errors: 3,
    counts: [
      { kind: 'a', count: 2, monotonicMs: atMs },
      { kind: 'b', count: 1 },
    ],
  })
  t.ok(backlog.isEmpty)
})

t.test('shows what the store says is new, and before it has said so what is not known here', (t) => {
  const { backlog, add, shown } = setUp()
  for (const kind of ['a', 'b', 'c']) add(kind)
  const part = only(backlog.take(() => true)[0])
  t.equal(shown(), undefined)
  t.equal(backlog.shownOf(ofNew, part)?.happened.length, 3)
  backlog.learn(part, ['new', 'known', 'withheld'])
  t.strictSame(shown(), ['a'])
  for (const kind of ['a', 'b', 'c', 'd']) add(kind)
  const next = only(backlog.take(() => true)[0])
  t.equal(backlog.mayCountOf(next), 2)
  t.strictSame(
    backlog.shownOf(ofNew, next)?.happened.map(({ kind }) => kind),
    ['a', 'c', 'd'],
  )
  t.match(backlog.shownOf(ofNew, next)?.sample, { error_message: 'd' })
  t.end()
})

t.test('bounds what waits, and drops what has left the window', async (t) => {
  const { clock, counters, backlog, add } = setUp()
  for (let i = 0; i < 1010; i += 1) add(`kind ${i}`)
  t.equal(counters.dropped, 10)
  await clock.advance(rule.windowMs - 1000)
  add('kind 3')
  await clock.advance(2000)
  add('kind 4')
  t.equal(counters.dropped, 10 + 999)
  t.match(
    backlog.take(() => true),
    [{ errors: 3, kinds: [{ kind: 'kind 3', count: 2 }, { kind: 'kind 4' }] }],
  )
})

t.test('asks by kind for errors that were counted before the config asked for kinds', (t) => {
  const { backlog, add } = setUp()
  for (let i = 0; i < 70; i += 1) add(i % 2 === 0 ? 'a' : 'b', series)
  const part = only(backlog.take(() => true)[0])
  t.equal(backlog.asked(part, series), part)
  const asked = backlog.asked(part, ofNew)
  t.match(asked, { errors: 70, counts: [{ kind: 'a' }, { kind: 'b' }] })
  t.equal(
    asked.counts.reduce((sum, { count }) => sum + count, 0),
    70,
  )
  backlog.learn(asked, ['new', 'known'])
  t.match(backlog.shownOf(ofNew)?.happened, [{ kind: 'a' }])
  t.end()
})
