// That the errors have stopped: told once, though whoever told of them is gone.
import t from 'tap'
import { createEvaluator, createLineEvaluator } from '../../src/evaluator/evaluator.js'
import { eventually } from '../fixtures/eventually.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

const redis = await startRedis(t)

t.test('without Redis an idle batch finds out, within 30 s after a whole quiet window', async (t) => {
  const receiver = await startReceiver(t)
  const clock = fakeClock()
  const options = { url: receiver.url, threshold: 3, windowSeconds: 60, sendResolved: true, groupBy: ['model'] }
  const evaluator = createLineEvaluator(options, { clock })
  const resolved: unknown[] = []
  evaluator.on('resolved', (event) => resolved.push(event))
  for (let i = 0; i < 5; i += 1) evaluator.observe({ statusCode: 503, model: 'm' })
  const delivered = new Promise((resolve) => evaluator.on('delivered', resolve))
  await clock.advance(0)
  await delivered
  await clock.advance(119_000)
  t.equal(receiver.received.length, 1)
  const told = new Promise((resolve) => evaluator.on('resolved', resolve))
  await clock.advance(31_000)
  await told
  t.equal(receiver.received.length, 2)
  const [alert, end] = receiver.received
  t.match(end?.body, {
    type: 'log_error_resolved',
    threshold: 3,
    window_seconds: 60,
    count: 0,
    sample: alert?.body.sample,
    rule: 'default',
    group_by: { model: 'm' },
    alert_id: alert?.body.id,
    duration_seconds: 60,
    peak: 5,
    total: 5,
  })
  t.equal(end?.headers['webhook-id'], end?.body.id)
  t.match(resolved, [{ rule: 'default', alertId: alert?.body.id, durationSeconds: 60, peak: 5, total: 5 }])
  t.match(evaluator.stats(), { delivered: 1, resolved: 1 })
  await clock.advance(600_000)
  t.equal(receiver.received.length, 2)
  void evaluator.close()
})

t.test('with Redis one process tells it, though the one that told of the errors is gone', async (t) => {
  const receiver = await startReceiver(t)
  const options = {
    url: receiver.url,
    threshold: 3,
    windowSeconds: 1,
    sendResolved: true,
    redis: redis.url,
    configKey: redis.newConfigKey(),
  }
  const { signal } = await run(`
    import { createEvaluator } from 'logsiren'
    const evaluator = createEvaluator(${JSON.stringify(options)})
    evaluator.on('delivered', () => process.kill(process.pid, 'SIGKILL'))
    for (let i = 0; i < 3; i += 1) evaluator.observe({ statusCode: 503 })
    setInterval(() => {}, 1000)`)
  t.equal(signal, 'SIGKILL')
  const others = [createEvaluator(options), createEvaluator(options)]
  t.teardown(() => Promise.all(others.map((one) => one.close())))
  const until = Date.now() + 20_000
  while (receiver.received.length < 2 && Date.now() < until) await Promise.all(others.map((one) => one.flush()))
  await Promise.all(others.map((one) => one.flush()))
  t.match(receiver.received, [
    { body: { type: 'log_error_threshold', count: 3 } },
    { body: { type: 'log_error_resolved', alert_id: receiver.received[0]?.body.id, count: 0, peak: 3, total: 3 } },
  ])
  t.equal(receiver.received.length, 2)
  const { duration_seconds } = receiver.received[1]?.body ?? {}
  t.ok(duration_seconds <= 2, `however late it is found out: ${duration_seconds} s`)
})

t.test(
  'in Google Chat an incident has one thread, with its repeats and its end, and the next one another',
  async (t) => {
    const receiver = await startReceiver(t)
    const clock = fakeClock()
    const options = { url: receiver.url, format: 'googlechat', threshold: 1, cooldownSeconds: 30, sendResolved: true }
    const evaluator = createLineEvaluator(options, { clock })
    /** Until so many messages have come in all, and what became of them is known. */
    const told = async (count: number): Promise<void> => {
      await receiver.has(count)
      await eventually(() => evaluator.stats().delivered + evaluator.stats().resolved === count)
      await clock.advance(0)
    }
    const fail = async (): Promise<void> => {
      evaluator.observe({ statusCode: 503 })
      await clock.advance(200)
    }
    await fail()
    await told(1)
    await clock.advance(31_000)
    await fail()
    await told(2)
    await clock.advance(150_000)
    await told(3)
    await fail()
    await told(4)
    const threads = receiver.received.map(({ body }) => body.thread.threadKey)
    t.strictSame(threads.slice(1, 3), [threads[0], threads[0]])
    t.match(receiver.received[2]?.body.text, /Resolved/)
    t.not(threads[3], threads[0])
    void evaluator.close()
  },
)

t.test('a process that counts alone has one incident, whatever service and host its lines are of', async (t) => {
  const receiver = await startReceiver(t)
  const clock = fakeClock()
  const common = { url: receiver.url, format: 'pagerduty', secret: 'k', threshold: 1 } as const
  const evaluator = createLineEvaluator({ ...common, cooldownSeconds: 30, sendResolved: true }, { clock })
  const fail = async (name: string, hostname: string, count: number): Promise<void> => {
    evaluator.observeLine({ members: { level: 50, service: { name }, hostname, msg: 'db timeout' } })
    await clock.advance(200)
    await receiver.has(count)
    await eventually(() => evaluator.stats().delivered === count)
    await clock.advance(31_000)
  }
  await fail('shop', 'web-1', 1)
  await fail('billing', 'web-2', 2)
  await clock.advance(150_000)
  await receiver.has(3)
  const told = receiver.received.map(({ body }) => [body.event_action, body.dedup_key])
  const key = 'logsiren/shop@web-1/default'
  t.strictSame(told, [
    ['trigger', key],
    ['trigger', key],
    ['resolve', key],
  ])
  t.equal(receiver.received[1]?.body.payload.component, 'billing', 'what is told is of the newest line')
  void evaluator.close()
})

t.test('fleets that share a PagerDuty integration have incidents of their own, and end their own', async (t) => {
  const receiver = await startReceiver(t)
  const common = {
    url: receiver.url,
    format: 'pagerduty',
    secret: 'k',
    threshold: 1,
    windowSeconds: 1,
    sendResolved: true,
  } as const
  const fleets = [redis.newConfigKey(), redis.newConfigKey()].map((configKey) =>
    [0, 1].map(() => createEvaluator({ ...common, redis: redis.url, configKey })),
  )
  t.teardown(() => Promise.all(fleets.flat().map((one) => one.close())))
  for (const [raising] of fleets) raising?.observe({ statusCode: 503 })
  const flushed = async (): Promise<boolean> => {
    // Any process of a fleet may be the one that tells the end.
    for (const one of fleets.flat()) await one.flush()
    return receiver.received.length === 4
  }
  await eventually(flushed)
  const keysOf = (action: string): string[] =>
    receiver.received.flatMap(({ body }) => (body.event_action === action ? [String(body.dedup_key)] : [])).sort()
  t.equal(new Set(keysOf('trigger')).size, 2)
  t.strictSame(keysOf('resolve'), keysOf('trigger'))
})
