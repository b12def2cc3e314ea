import t from 'tap'
import { SilencesInForce } from '../../src/evaluator/silences-in-force.js'
import { seriesOf } from '../../src/rule/series.js'
import type { Silence } from '../../src/rule/silence.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { only, rule } from '../fixtures/store-bench.js'

/** The server's clock is an hour ahead of this process's. */
const AHEAD_MS = 3_600_000

const byModel = { ...rule, name: 'by-model', groupBy: ['model'] }
const silenceAt = (serverMs: number, more: Partial<Silence> = {}): Silence => ({
  id: 'aaaaaaaa',
  createdAtMs: serverMs,
  untilMs: serverMs + 60_000,
  ...more,
})

function setUp() {
  const clock = fakeClock()
  const silences = new SilencesInForce(clock)
  const serverMs = clock.nowMs() + AHEAD_MS
  const adopt = (...list: Silence[]): void => silences.adopt({ list, readAtMs: clock.nowMs() + AHEAD_MS })
  return { clock, silences, serverMs, adopt }
}

t.test('none are in force until the store has told of some, and those that it told of last', (t) => {
  const { silences, serverMs, adopt } = setUp()
  const series = seriesOf(rule)
  t.equal(silences.of(series), undefined)
  t.equal(silences.ofAlone(series), undefined)
  t.notOk(silences.isRunning(silences.of(series)))
  const [short, long] = [silenceAt(serverMs), silenceAt(serverMs, { id: 'bbbbbbbb', untilMs: serverMs + 70_000 })]
  adopt(short, silenceAt(serverMs, { rule: 'another', untilMs: serverMs + 90_000 }), long)
  t.equal(silences.of(series), long, 'the one that ends last')
  adopt(short)
  t.equal(silences.of(series), short)
  adopt()
  t.equal(silences.of(series), undefined)
  t.end()
})

t.test('a group is muted with its rule, by its values, or where they are not known', (t) => {
  const { silences, serverMs, adopt } = setUp()
  adopt(silenceAt(serverMs, { rule: 'by-model', group: { model: 'gpt' } }))
  const isMuted = (model?: string): boolean =>
    silences.of(seriesOf(byModel, 'k', model === undefined ? undefined : { model })) !== undefined
  t.strictSame([isMuted('gpt'), isMuted('o1'), isMuted()], [true, false, true])
  adopt(silenceAt(serverMs, { rule: 'by-model' }))
  t.strictSame([isMuted('gpt'), isMuted('o1'), isMuted()], [true, true, true])
  t.end()
})

t.test('goes on by the store’s clock, whatever the wall clock of this process shows', async (t) => {
  const { clock, silences, serverMs, adopt } = setUp()
  adopt(silenceAt(serverMs))
  const series = seriesOf(rule)
  const leftMs = (): number => only(silences.ofAlone(series)).untilMs - clock.nowMs()
  t.equal(leftMs(), 60_000)
  await clock.advance(20_000)
  t.equal(leftMs(), 40_000)
  clock.stepWall(-86_400_000)
  t.equal(leftMs(), 40_000)
  t.equal(only(silences.ofAlone(series)).createdAtMs, clock.nowMs() - 20_000)
  t.ok(silences.isRunning(silences.of(series)))
  await clock.advance(40_000)
  t.equal(leftMs(), 0)
  t.ok(silences.isRunning(silences.of(series)), 'the answer may have been on its way for a while')
  await clock.advance(10_000)
  t.notOk(silences.isRunning(silences.of(series)))
  t.ok(silences.of(series), 'only the store can say that it is over')
})
