import { AsyncLocalStorage } from 'node:async_hooks'
import { getActiveResourcesInfo } from 'node:process'
import t from 'tap'
import { afterTurn, momentOf, outsideRequests, systemClock, withSuspensions } from '../src/clock.js'
import { fakeClock } from './fixtures/fake-clock.js'

const timersThatHold = (): number => getActiveResourcesInfo().filter((name) => name === 'Timeout').length

await t.test('tells whole milliseconds since the epoch, as Date does', async (t) => {
  const before = Date.now()
  const nowMs = systemClock.nowMs()
  t.ok(Number.isInteger(nowMs))
  t.ok(nowMs >= before)
})

await t.test('never steps back in monotonic time', async (t) => {
  const readings = Array.from({ length: 1000 }, () => systemClock.monotonicMs())
  t.strictSame(
    readings,
    readings.toSorted((a, b) => a - b),
  )
})

await t.test('draws random numbers from 0 up to, but not including, 1', async (t) => {
  const drawn = Array.from({ length: 1000 }, () => systemClock.random())
  t.ok(drawn.every((number) => number >= 0 && number < 1))
  t.ok(new Set(drawn).size > 1)
})

await t.test('runs a task once', async (t) => {
  let runs = 0
  await new Promise<void>((resolve) => {
    systemClock.after(
      1,
      () => {
        runs += 1
        resolve()
      },
      true,
    )
  })
  t.equal(runs, 1)
})

await t.test('does not run a task that was cancelled', async (t) => {
  let ran = false
  const cancel = systemClock.after(0, () => {
    ran = true
  })
  cancel()
  await new Promise<void>((resolve) => systemClock.after(5, resolve, true))
  t.notOk(ran)
})

await t.test('a timer holds the process only when asked to', async (t) => {
  const before = timersThatHold()
  const cancel = systemClock.after(60_000, () => {})
  t.equal(timersThatHold(), before)
  const cancelHeld = systemClock.after(60_000, () => {}, true)
  t.equal(timersThatHold(), before + 1)
  cancelHeld()
  cancel()
  t.equal(timersThatHold(), before)
})

await t.test('runs no task before its time', async (t) => {
  const early = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const dueMs = systemClock.monotonicMs() + 5 + i / 7
      await new Promise<void>((resolve) => systemClock.after(5 + i / 7, resolve, true))
      return systemClock.monotonicMs() < dueMs
    }),
  )
  t.notOk(early.includes(true))
})

await t.test(
  'runs what is for after the turn once it is over, in the order given, before anything else, unless it is cancelled',
  async (t) => {
    const order: string[] = []
    const immediate = new Promise((resolve) => setImmediate(() => resolve(order.push('immediate'))))
    for (const name of ['one', 'two']) afterTurn(() => order.push(name))
    afterTurn(() => order.push('never'))()
    order.push('turn')
    await immediate
    t.strictSame(order, ['turn', 'one', 'two', 'immediate'])
  },
)

await t.test('a moment is told by both clocks', async (t) => {
  const clock = fakeClock(5000, 10)
  await clock.advance(7)
  t.strictSame(momentOf(clock), { monotonicMs: 17, wallMs: 5007 })
})

await t.test('counts the time for which the machine was suspended, which only the wall clock saw', async (t) => {
  const machine = fakeClock(1_000_000, 1000)
  const clock = withSuspensions(machine)
  t.equal(clock.monotonicMs(), 1000)
  await machine.advance(500)
  t.equal(clock.monotonicMs(), 1500)
  machine.stepWall(12_000)
  t.equal(clock.monotonicMs(), 13_500)
  t.equal(clock.monotonicMs(), 13_500, 'once')
  await machine.advance(500)
  t.equal(clock.monotonicMs(), 14_000)
  machine.stepWall(3000)
  t.equal(clock.monotonicMs(), 17_000, 'and again')
  t.equal(clock.nowMs(), machine.nowMs())
  t.equal(clock.awakeMs?.(), 2000, 'what it was awake for is known, too')
  t.equal(withSuspensions(clock).awakeMs?.(), 2000)
})

await t.test('takes no correction of the wall clock for a suspension, and never steps back with it', async (t) => {
  const machine = fakeClock(1_000_000, 1000)
  const clock = withSuspensions(machine)
  clock.monotonicMs()
  for (const [stepMs, expected] of [
    [999, 1000],
    [999, 1000],
    [-3_600_000, 1000],
    [999, 1000],
    [1000, 2000],
  ] as const) {
    machine.stepWall(stepMs)
    t.equal(clock.monotonicMs(), expected, `${stepMs}`)
  }
})

await t.test('what leaves a turn leaves the request of that turn', async (t) => {
  const requests = new AsyncLocalStorage<string>()
  await requests.run('r1', async () => {
    t.equal(requests.getStore(), 'r1')
    t.equal(
      outsideRequests(() => requests.getStore()),
      undefined,
    )
    const seen = await new Promise((resolve) => systemClock.after(1, () => resolve([requests.getStore()]), true))
    t.strictSame(seen, [undefined])
    t.strictSame(await new Promise((resolve) => afterTurn(() => resolve([requests.getStore()]))), [undefined])
    t.equal(requests.getStore(), 'r1', 'the caller is where it was')
  })
})
