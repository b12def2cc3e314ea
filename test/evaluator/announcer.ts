import t from 'tap'
import type { Warning } from '../../src/errors.js'
import { Announcer } from '../../src/evaluator/announcer.js'
import { newCounters } from '../../src/evaluator/stats.js'
import { fakeClock } from '../fixtures/fake-clock.js'

t.test('says what happens again and again at once, then once a minute with the number it stands for', async (t) => {
  const clock = fakeClock()
  const counters = newCounters()
  const announcer = new Announcer(counters, clock)
  const warnings: Warning[] = []
  announcer.on('warning', (warning) => void warnings.push(warning))
  for (let second = 0; second < 61; second += 1) {
    announcer.warnSparsely({ code: 'REDIS_UNAVAILABLE' }, 'away')
    if (second === 0) announcer.warnSparsely({ code: 'DELIVERY_FAILED' }, 'no')
    await clock.advance(1000)
  }
  t.strictSame(warnings, [
    { code: 'REDIS_UNAVAILABLE', message: 'logsiren: away' },
    { code: 'DELIVERY_FAILED', message: 'logsiren: no' },
    {
      code: 'REDIS_UNAVAILABLE',
      message: 'logsiren: away (since the last one, 59 more were left out)',
    },
  ])
  t.match(counters, { warnings: 3, muted: 59 })
})

t.test('what is said of one thing hides neither another one, nor what changes, nor what is urgent', (t) => {
  const counters = newCounters()
  const announcer = new Announcer(counters, fakeClock())
  const said: string[] = []
  announcer.on('warning', ({ message }) => void said.push(message.replace('logsiren: ', '')))
  const say = (about: string, state: string, isUrgent = false): void =>
    announcer.warnSparsely({ code: 'DELIVERY_FAILED', about, state, isUrgent }, `${about} ${state}`)
  say('db', '503')
  say('db', '503')
  say('payments', '403', true)
  say('payments', '403', true)
  say('db', '503')
  say('db', 'timeout')
  say('db', 'timeout')
  say('db', '503')
  t.strictSame(said, [
    'db 503',
    'payments 403',
    'payments 403',
    'db timeout (since the last one, 2 more were left out)',
    'db 503 (since the last one, 1 more was left out)',
  ])
  t.match(counters, { warnings: 5, muted: 3 })
  t.end()
})

t.test('forgets a listener that is taken off', (t) => {
  const announcer = new Announcer(newCounters(), fakeClock())
  const listener = (): void => void t.fail('taken off')
  announcer.on('warning', listener)
  announcer.off('warning', listener)
  announcer.warn('CONFIG_INVALID', 'x')
  t.end()
})

t.test('a listener that throws is counted, and keeps nothing from the others', (t) => {
  const counters = newCounters()
  const announcer = new Announcer(counters, fakeClock())
  const heard: string[] = []
  announcer.on('warning', () => {
    throw new Error('a stranger')
  })
  announcer.on('warning', ({ message }) => void heard.push(message))
  announcer.warn('CONFIG_INVALID', 'x')
  t.strictSame([heard, counters.listenerErrors], [['logsiren: x'], 1])
  t.end()
})
