import t from 'tap'
import { Announcer } from '../../../src/evaluator/announcer.js'
import { MixedWindows } from '../../../src/evaluator/counting/mixed-windows.js'
import { newCounters } from '../../../src/evaluator/stats.js'
import { fakeClock } from '../../fixtures/fake-clock.js'
import { rule } from '../../fixtures/store-bench.js'

t.test('warns where another window was in use though ours should have been, and not after a change', (t) => {
  const announcer = new Announcer(newCounters(), fakeClock())
  const messages: string[] = []
  announcer.on('warning', ({ code, message }) => messages.push(`${code} ${message}`))
  const windows = new MixedWindows(announcer)
  const longer = { ...rule, windowMs: 120_000 }
  windows.see(rule, true)
  windows.see(rule, false)
  windows.see(longer, true)
  windows.restart()
  windows.see(longer, true)
  t.strictSame(messages, [], 'it was the one from before')
  windows.see(longer, true)
  windows.see(longer, true)
  t.equal(messages.length, 1, 'once a minute')
  t.match(messages[0], /^WINDOWS_DIFFER logsiren: rule default is counted in different windows/)
  t.end()
})
