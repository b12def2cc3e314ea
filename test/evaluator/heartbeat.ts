import t from 'tap'
import type { Warning } from '../../src/errors.js'
import { Announcer } from '../../src/evaluator/announcer.js'
import { startHeartbeat } from '../../src/evaluator/heartbeat.js'
import { newCounters } from '../../src/evaluator/stats.js'
import { MemoryBeats } from '../../src/store/memory/memory-beats.js'
import type { Beats } from '../../src/store/store.js'
import { version } from '../../src/version.js'
import { type FakeClock, fakeClock } from '../fixtures/fake-clock.js'
import { type FakeGet, FakeHttp } from '../fixtures/fake-http.js'

const url = 'http://a.test/ping/5ecre7'

interface Process {
  readonly http: FakeHttp
  readonly warnings: readonly Warning[]
  /** Takes so many lines. */
  readonly read: (lines?: number) => void
  readonly stop: () => void
  isCounting: boolean
}

/** A process of a fleet that agrees by `beats`; its draws are all `chance`. */
function start(clock: FakeClock, beats: Beats, periodMs = 60_000, chance = 0.5): Process {
  const counters = newCounters()
  const announcer = new Announcer(counters, clock)
  const warnings: Warning[] = []
  announcer.on('warning', (warning) => void warnings.push(warning))
  const http = new FakeHttp()
  const process: Process = {
    http,
    warnings,
    read: (lines = 1) => {
      counters.observed += lines
    },
    isCounting: true,
    stop: startHeartbeat({
      clock: { ...clock, random: () => chance },
      beats,
      http,
      announcer,
      url,
      periodMs,
      lines: () => counters.observed,
      isCounting: () => process.isCounting,
    }),
  }
  return process
}

/** Beats that can be out of reach, and count how often they are asked. */
function remote(clock: FakeClock): Beats & { isAway: boolean; asked: number } {
  const beats = new MemoryBeats(clock)
  const remote = {
    isAway: false,
    asked: 0,
    claim: (...args: Parameters<Beats['claim']>) => {
      remote.asked += 1
      return remote.isAway ? Promise.reject(new Error('away')) : beats.claim(...args)
    },
    settle: (...args: Parameters<Beats['settle']>) =>
      remote.isAway ? Promise.reject(new Error('away')) : beats.settle(...args),
  }
  return remote
}

/** Lets a time pass in which each of these processes reads a line a second. */
async function busy(clock: FakeClock, seconds: number, ...processes: readonly Process[]): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    for (const process of processes) process.read()
    await clock.advance(1000)
  }
}

t.test('asks the url soon after the first line, and then once in a period, by the one word GET', async (t) => {
  const clock = fakeClock()
  const process = start(clock, new MemoryBeats(clock))
  await clock.advance(300_000)
  t.equal(process.http.gets.length, 0, 'no line, no beat')
  process.read()
  await clock.advance(1000)
  t.equal(process.http.gets.length, 1)
  await busy(clock, 600, process)
  t.equal(process.http.gets.length, 11)
  const [first] = process.http.gets
  t.match(first, { url, timeoutMs: 3000, headers: { 'user-agent': `logsiren/${version}` } })
})

t.test('a period in which one line was read has a beat, and one in which none was has none', async (t) => {
  const clock = fakeClock()
  const process = start(clock, new MemoryBeats(clock))
  process.read()
  await clock.advance(1)
  const beats = async (readAtMs: number | undefined): Promise<number> => {
    const before = process.http.gets.length
    await clock.advance(readAtMs ?? 0)
    if (readAtMs !== undefined) process.read()
    await clock.advance(60_000 - (readAtMs ?? 0))
    return process.http.gets.length - before
  }
  t.equal(await beats(100), 1)
  t.equal(await beats(59_000), 1)
  t.equal(await beats(undefined), 0)
  t.equal(await beats(undefined), 0)
  t.equal(await beats(20_000), 1, 'at once after a silence')
})

t.test('a line that was read after a beat of another process is told by the next one', async (t) => {
  for (const readAfterMs of [1000, 4000, 29_900, 30_000, 59_000]) {
    const clock = fakeClock()
    const beats = new MemoryBeats(clock)
    const busyOne = start(clock, beats)
    await busy(clock, 30, busyOne)
    const idleOne = start(clock, beats)
    await busy(clock, 300, busyOne)
    const before = busyOne.http.gets.length
    while (busyOne.http.gets.length === before) await clock.advance(1000)
    await clock.advance(readAfterMs)
    idleOne.read()
    await clock.advance(80_000 - readAfterMs)
    t.equal(busyOne.http.gets.length, before + 1)
    t.equal(idleOne.http.gets.length, 1, `${readAfterMs} ms after it`)
    await clock.advance(600_000)
    t.equal(idleOne.http.gets.length + busyOne.http.gets.length, before + 2, 'and then no more')
  }
})

t.test('of many processes one goes on beating, and asks of the others are few', async (t) => {
  const clock = fakeClock()
  const beats = remote(clock)
  const fleet = [0, 0.3, 0.6, 0.9].map((chance) => start(clock, beats, 60_000, chance))
  await busy(clock, 600, ...fleet)
  t.strictSame(
    fleet.map(({ http }) => http.gets.length),
    [11, 0, 0, 0],
  )
  t.ok(beats.asked <= 4 * 11, `${beats.asked} asks of four processes in ten minutes`)
})

t.test('another process takes over where one dies, or reads no more', async (t) => {
  for (const dies of [true, false]) {
    const clock = fakeClock()
    const beats = new MemoryBeats(clock)
    const [first, second] = [start(clock, beats, 60_000, 0), start(clock, beats, 60_000, 0.99)]
    await busy(clock, 90, first, second)
    t.strictSame([first.http.gets.length, second.http.gets.length], [2, 0])
    // What it read since its last beat is told of by the next one.
    if (dies) first.stop()
    else await busy(clock, 60, second)
    const told = first.http.gets.length
    t.equal(told, dies ? 2 : 3)
    await busy(clock, 30, second)
    t.equal(second.http.gets.length, 0, 'not due yet')
    await busy(clock, 11, second)
    t.strictSame([first.http.gets.length, second.http.gets.length], [told, 1])
    await busy(clock, 60, second)
    t.equal(second.http.gets.length, 2)
  }
})

t.test('where one dies in the midst of a beat, another one asks within 30 s', async (t) => {
  const clock = fakeClock()
  const beats = new MemoryBeats(clock)
  const [first, second] = [start(clock, beats, 60_000, 0), start(clock, beats, 60_000, 0.99)]
  await busy(clock, 1, second, first)
  await busy(clock, 30, second, first)
  const [holder, other] = second.http.gets.length > 0 ? [second, first] : [first, second]
  t.equal(holder.http.gets.length, 1)
  holder.http.status = undefined
  await busy(clock, 30, holder, other)
  t.equal(holder.http.gets.length, 2)
  holder.stop()
  await busy(clock, 30, other)
  t.equal(other.http.gets.length, 1)
})

t.test('lost Redis stops it, and it goes on when Redis is back', async (t) => {
  const clock = fakeClock()
  const beats = remote(clock)
  const process = start(clock, beats)
  await busy(clock, 30, process)
  beats.isAway = true
  await busy(clock, 300, process)
  t.equal(process.http.gets.length, 1)
  beats.isAway = false
  await busy(clock, 5, process)
  t.equal(process.http.gets.length, 2)
  t.strictSame(process.warnings, [], 'it is said elsewhere that Redis is away')
})

t.test('what cannot be counted is not told of, though Redis answers otherwise', async (t) => {
  const clock = fakeClock()
  const beats = remote(clock)
  const process = start(clock, beats)
  process.isCounting = false
  await busy(clock, 120, process)
  t.strictSame([process.http.gets.length, beats.asked], [0, 0])
  process.isCounting = true
  await busy(clock, 2, process)
  t.equal(process.http.gets.length, 1)
})

t.test('after an outage lines from before it are no sign of life', async (t) => {
  const clock = fakeClock()
  const beats = remote(clock)
  const process = start(clock, beats)
  beats.isAway = true
  await busy(clock, 30, process)
  await clock.advance(300_000)
  beats.isAway = false
  await clock.advance(60_000)
  t.equal(process.http.gets.length, 0)
})

t.test('a beat that failed is tried again soon, and one that was refused a period later', async (t) => {
  const clock = fakeClock()
  const process = start(clock, new MemoryBeats(clock))
  process.http.status = 503
  await busy(clock, 31, process)
  t.equal(process.http.gets.length, 4)
  process.http.status = 404
  await busy(clock, 68, process)
  t.equal(process.http.gets.length, 5)
  process.http.status = 302
  await busy(clock, 60, process)
  t.equal(process.http.gets.length, 6, 'a redirect is a refusal')
})

t.test('a silent process does not try a failed beat for ever', async (t) => {
  const clock = fakeClock()
  const process = start(clock, new MemoryBeats(clock))
  process.http.status = 500
  process.read()
  await clock.advance(600_000)
  t.ok(process.http.gets.length <= 12, `${process.http.gets.length} tries`)
})

t.test('warns once for each streak of failures, and names neither the url nor its secret', async (t) => {
  const clock = fakeClock()
  const process = start(clock, new MemoryBeats(clock))
  for (const status of [500, 500, 404, 200, 301]) {
    process.http.status = status
    await busy(clock, 60, process)
  }
  t.strictSame(
    process.warnings.map(({ code }) => code),
    ['DELIVERY_FAILED', 'DELIVERY_FAILED'],
  )
  for (const { message } of process.warnings) {
    t.match(message, /^logsiren: the heartbeat did not arrive \((serverError, status 500|redirect, status 301)\)/)
    t.notMatch(message, /5ecre7|a\.test/)
  }
})

t.test('a short period is kept to, whatever the others do', async (t) => {
  const clock = fakeClock()
  const beats = new MemoryBeats(clock)
  const fleet = [start(clock, beats, 1000, 0), start(clock, beats, 1000, 0.99)]
  for (let i = 0; i < 100; i += 1) {
    for (const process of fleet) process.read()
    await clock.advance(100)
  }
  const count = fleet.reduce((sum, { http }) => sum + http.gets.length, 0)
  t.ok(count === 10 || count === 11, `${count} in ten seconds`)
})

t.test('once stopped it asks nobody, and says nothing of what was under way', async (t) => {
  const clock = fakeClock()
  const beats = remote(clock)
  const process = start(clock, beats)
  process.http.status = undefined
  await busy(clock, 1, process)
  const waiting = process.http.gets[0] as FakeGet
  process.stop()
  waiting.answer(500)
  await busy(clock, 120, process)
  t.strictSame([process.http.gets.length, beats.asked, process.warnings], [1, 1, []])
})
