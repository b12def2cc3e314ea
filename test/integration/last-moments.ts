// What hangs or is gone when a process ends: its end stays its own and comes soon, and what is left to tell is told by
// another process, or by this one alone. Nobody looks at the time here: what must end has ended.
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { countedIn } from '../fixtures/counted.js'
import { eventually } from '../fixtures/eventually.js'
import { runAs, type WayIn, waysIn } from '../fixtures/exits.js'
import { startProxy } from '../fixtures/proxy.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import type { Ended } from '../fixtures/run.js'

t.setTimeout(300_000)
const redis = await startRedis(t)
/** Processes at a time; those that wait for a lease do so beside the others. */
const JOBS = 2
t.jobs = 2
const quiet: Ended = { code: 0, signal: null, stdout: '', stderr: '' }

/** An alert that nobody has told is another's after so long. */
const LEASE_MS = 10_000

t.test('an alert whose process ends while a receiver hangs is told by the next one', { jobs: JOBS }, async (t) => {
  const cut: [wayIn: WayIn, end: string, program: string, expected: object][] = [
    [waysIn.pinoTarget, 'SIGKILL', '', { signal: 'SIGKILL' }],
    [waysIn.winston, 'SIGKILL', '', { signal: 'SIGKILL' }],
    [waysIn.evaluator, 'process.exit()', `process.once('message', () => process.exit(3))`, { code: 3 }],
    [waysIn.winstonWorker, 'process.exit()', `process.once('message', () => process.exit(3))`, { code: 3 }],
  ]
  for (const [wayIn, name, program, expected] of cut)
    t.test(`${wayIn.name}: ${name}`, async (t) => {
      const receiver = await startReceiver(t)
      receiver.answerWith(() => {}, 204)
      const more = { redis: redis.url, configKey: redis.newConfigKey(), closeTimeoutMs: 1000 }
      const options = { url: receiver.url, threshold: 1, ...more }
      const ended = runAs(wayIn, options, `${program}\nlog('first words')\nsetTimeout(() => {}, 60_000)`, {
        onStart: (child) => {
          const endIt = (): unknown => (program === '' ? child.kill('SIGKILL') : child.send('end'))
          void receiver.has(1).then(endIt)
        },
      })
      t.match(await ended, { ...quiet, code: null, ...expected })
      t.equal(receiver.received.length, 1)
      await sleep(LEASE_MS)
      const next = `evaluator.on('delivered', () => process.exit(0)); setTimeout(() => {}, 60_000)`
      t.match(await runAs(waysIn.evaluator, options, next), quiet)
      const [first, again] = receiver.received
      t.equal(receiver.received.length, 2)
      t.match(first?.body, { count: 1, sample: { error_message: 'first words' } })
      const { sent_at: _first, ...frozen } = first?.body ?? {}
      const { sent_at: _again, ...repeated } = again?.body ?? {}
      t.strictSame(repeated, frozen)
      t.equal(again?.headers['webhook-id'], first?.headers['webhook-id'])
    })
})

t.test('what a process counted before it was killed stays counted', async (t) => {
  const receiver = await startReceiver(t)
  const options = { url: receiver.url, threshold: 10, redis: redis.url, configKey: redis.newConfigKey() }
  const nine = `for (let i = 0; i < 9; i += 1) log('before')
    setTimeout(() => {}, 60_000)`
  const isCounted = async (): Promise<boolean> => (await countedIn(redis, options.configKey)) === 9
  const onStart = (child: ChildProcess): void => void eventually(isCounted).then(() => child.kill('SIGKILL'))
  t.match(await runAs(waysIn.pinoTarget, options, nine, { onStart }), { signal: 'SIGKILL' })
  t.match(await runAs(waysIn.winston, options, `log('after')`), quiet)
  t.match(receiver.received, [{ body: { count: 10, sample: { error_message: 'after' } } }])
})

interface Fault {
  readonly name: string
  readonly isReceiverHanging: boolean
  readonly redis: string | undefined
}

async function startFaults(t: Test): Promise<readonly Fault[]> {
  const hanging = await startProxy(t, redis.url)
  hanging.mode = 'blackhole'
  const blackhole = `redis://127.0.0.1:${hanging.port}`
  const refused = 'redis://127.0.0.1:1'
  return [
    { name: 'a receiver that hangs', isReceiverHanging: true, redis: undefined },
    { name: 'a Redis that refuses', isReceiverHanging: false, redis: refused },
    { name: 'a Redis that hangs', isReceiverHanging: false, redis: blackhole },
    { name: 'both', isReceiverHanging: true, redis: blackhole },
  ]
}

/** Above `closeTimeoutMs`, and far below what would hold the process for good. */
const HELD_MS = 30_000

t.test('whatever hangs or is away, a process ends, with its own exit code', { jobs: JOBS }, async (t) => {
  const faults = await startFaults(t)
  const both = faults.filter(({ redis, isReceiverHanging }) => redis !== undefined && isReceiverHanging)
  const exit = 'process.exit(7)'
  const finish = 'await new Promise((resolve) => transport.once("finish", resolve).end()); process.exitCode = 7'
  const close = 'await new Promise((resolve) => siren.once("close", resolve).end()); process.exitCode = 7'
  // One of each kind meets every fault.
  const rows: [wayIn: WayIn, last: string, faults: readonly Fault[], code?: number][] = [
    [waysIn.pinoTarget, exit, faults],
    [waysIn.evaluator, 'await evaluator.close(); process.exitCode = 7', faults],
    [waysIn.pinoTargets, exit, both],
    [waysIn.pinoInProcess, close, both],
    [waysIn.winston, finish, both],
    [waysIn.winstonWorker, finish, both],
    [waysIn.winstonWorker, exit, both],
    [waysIn.winstonHandles, 'throw new Error("crash")', both, 1],
  ]
  for (const [wayIn, last, met, lastCode = 7] of rows)
    for (const fault of met)
      for (const [program, code] of [['', 0] as const, [last, lastCode] as const])
        t.test(`${fault.name}: ${wayIn.name}: ${program || 'natural end'}`, async (t) => {
          const receiver = await startReceiver(t)
          if (fault.isReceiverHanging) receiver.answerWith(() => {})
          const redisOption = fault.redis === undefined ? {} : { redis: fault.redis }
          // However long an attempt may take: the end of its process cuts it.
          const options = { url: receiver.url, threshold: 1, timeoutMs: 30_000, closeTimeoutMs: 1000, ...redisOption }
          let watchdog: NodeJS.Timeout | undefined
          const ended = await runAs(wayIn, options, `log('last words')\n${program}`, {
            onStart: (child) => {
              watchdog = setTimeout(() => child.kill('SIGKILL'), HELD_MS)
            },
          })
          clearTimeout(watchdog)
          t.strictSame(ended, { ...quiet, code })
          t.ok(receiver.received.length <= 1)
        })
})

t.test('with Redis away, an error on the last line is told by its process alone', { jobs: JOBS }, async (t) => {
  const faults = await startFaults(t)
  const [refuses, hangs] = faults.filter((fault) => !fault.isReceiverHanging)
  const rows: [fault: Fault | undefined, wayIn: WayIn, program: string, code?: number][] = [
    [refuses, waysIn.pinoTarget, ''],
    [hangs, waysIn.pinoTarget, ''],
    [refuses, waysIn.pinoTarget, 'process.exit(0)'],
    [hangs, waysIn.pinoTarget, 'process.exit(0)'],
    [refuses, waysIn.winstonWorker, 'process.exit(0)'],
    [hangs, waysIn.evaluator, 'await evaluator.close()'],
    [refuses, waysIn.winstonHandles, 'throw new Error("crash")', 1],
    [hangs, waysIn.winstonHandles, 'throw new Error("crash")', 1],
  ]
  for (const [fault, wayIn, program, code = 0] of rows)
    t.test(`${fault?.name}: ${wayIn.name}: ${program || 'natural end'}`, async (t) => {
      const receiver = await startReceiver(t)
      const options = { url: receiver.url, threshold: 1, redis: fault?.redis }
      t.strictSame(await runAs(wayIn, options, `log('last words')\n${program}`), { ...quiet, code })
      // What winston handles is an error too.
      const [count, message] = wayIn.handlesThrown === true ? [2, 'crash'] : [1, 'last words']
      const body = { degraded: true, count, sample: { error_message: message } }
      t.match(receiver.received, [{ body }])
      t.equal(receiver.received.length, 1)
    })
})
