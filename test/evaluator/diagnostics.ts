import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import t, { type Test } from 'tap'
import { publishAttempt, publishConfig, publishEvent } from '../../src/evaluator/diagnostics.js'
import { createLineEvaluator } from '../../src/evaluator/evaluator.js'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import type { Reply } from '../../src/store/store.js'
import { eventually } from '../fixtures/eventually.js'
import { fakeClock, settled } from '../fixtures/fake-clock.js'
import { startReceiver } from '../fixtures/receiver.js'
import { run } from '../fixtures/run.js'
import { noSilences } from '../fixtures/store-bench.js'

const names = ['alert', 'delivered', 'resolved', 'warning', 'attempt', 'config']

function watch(t: Test): (readonly [name: string, message: unknown])[] {
  const seen: (readonly [string, unknown])[] = []
  for (const name of names) {
    const listener = (message: unknown): void => void seen.push([name, message])
    subscribe(`logsiren:${name}`, listener)
    t.teardown(() => unsubscribe(`logsiren:${name}`, listener))
  }
  return seen
}

t.test('nobody has subscribed where nobody did', (t) => {
  for (const name of names) t.notOk(channel(`logsiren:${name}`).hasSubscribers, name)
  publishConfig({ rules: 1, isValid: true })
  publishEvent('warning', { code: 'CONFIG_INVALID', message: 'x' })
  t.end()
})

t.test('publishes the very objects of events, each attempt, and each config', async (t) => {
  const receiver = await startReceiver(t)
  const clock = fakeClock()
  const texts = ['{"rules":[{"name":"a"}]}', '{"rules":']
  class Configured extends MemoryStore {
    override readonly isShared = true as never
    override submit(submission: Parameters<MemoryStore['submit']>[0]): Promise<Reply> {
      const text = texts.shift()
      return text === undefined
        ? super.submit(submission)
        : Promise.resolve({ kind: 'config', config: { kind: 'text', text }, silences: noSilences })
    }
  }
  const seen = watch(t)
  const options = { url: receiver.url, threshold: 1, sendResolved: true, windowSeconds: 1 }
  const evaluator = createLineEvaluator(options, { clock, store: new Configured(clock) })
  const events: unknown[] = []
  for (const name of ['alert', 'delivered', 'resolved', 'warning'] as const)
    evaluator.on(name, (event) => void events.push(event))
  receiver.answerWith(503, 204)
  evaluator.observe({ statusCode: 500, errorMessage: 'down' })
  await settled()
  await eventually(() => evaluator.stats().failed === 1)
  await settled()
  await clock.advance(2000)
  await eventually(() => evaluator.stats().delivered === 1)
  await settled()
  await evaluator.flush()
  t.match(
    seen.filter(([name]) => name === 'config'),
    [
      ['config', { rules: 1, isValid: true }],
      ['config', { rules: 1, isValid: false }],
    ],
  )
  const id = receiver.received[0]?.body.id
  const attempt = { id, rule: 'a', kind: 'alert', durationMs: Number }
  t.match(
    seen.filter(([name]) => name === 'attempt').map(([, message]) => message),
    [
      { ...attempt, tries: 1, outcome: 'retry', status: 503, reason: 'serverError' },
      { ...attempt, tries: 2, outcome: 'delivered', status: 204 },
    ],
  )
  const told = seen.filter(([name]) => name !== 'attempt' && name !== 'config').map(([, message]) => message)
  t.equal(told.length, events.length)
  t.ok(events.every((event, i) => event === told[i]))
  const closed = evaluator.close()
  await clock.advance(10_000)
  await closed
})

t.test('an attempt says what it was for, and why it failed where no answer came', (t) => {
  const seen = watch(t)
  const facts = { kind: 'resolved', alertId: 'a', durationMs: 1, peak: 1, total: 1 } as const
  const news = { facts, id: 'b', rule: 'default' } as unknown as Parameters<typeof publishAttempt>[0]
  publishAttempt(news, { kind: 'rejected', reason: 'address' }, { tries: 3, durationMs: 12 })
  const message = {
    id: 'b',
    rule: 'default',
    kind: 'resolved',
    tries: 3,
    outcome: 'rejected',
    reason: 'address',
    durationMs: 12,
  }
  t.strictSame(seen, [['attempt', message]])
  t.end()
})

t.test('a subscriber that throws changes nothing for us: it is an uncaught exception, as on any channel', async (t) => {
  const receiver = await startReceiver(t)
  const program = `import { subscribe } from 'node:diagnostics_channel'
    import { createEvaluator } from 'logsiren'
    process.on('uncaughtException', (error) => process.stdout.write(error.message + ' '))
    subscribe('logsiren:alert', () => { throw new Error('theirs') })
    const evaluator = createEvaluator({ url: '${receiver.url}', threshold: 1 })
    evaluator.observe({ statusCode: 500 })
    await evaluator.close()
    process.stdout.write(String(evaluator.stats().delivered) + String(evaluator.stats().listenerErrors))`
  t.match(await run(program), { code: 0, stdout: 'theirs 10', stderr: '' })
})

t.test('with a worker, events are published in both threads', async (t) => {
  const receiver = await startReceiver(t)
  const program = `import { subscribe } from 'node:diagnostics_channel'
    import winston from 'winston'
    import { LogsirenTransport } from 'logsiren/winston'
    subscribe('logsiren:delivered', ({ rule, status }) => process.stdout.write(rule + ' ' + status))
    subscribe('logsiren:attempt', () => process.stdout.write('not here'))
    const transport = new LogsirenTransport({ url: '${receiver.url}', threshold: 1, worker: true })
    const waiting = setInterval(() => {}, 1000)
    transport.once('delivered', () => clearInterval(waiting))
    const logger = winston.createLogger({ transports: [transport] })
    logger.error('down')`
  t.match(await run(program), { code: 0, stdout: 'default 204', stderr: '' })
})
