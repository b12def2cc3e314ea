import t from 'tap'
import { createLineEvaluator } from '../../src/evaluator/evaluator.js'
import type { Settlement } from '../../src/rule/decide.js'
import type { Series } from '../../src/rule/series.js'
import { MemoryStore } from '../../src/store/memory-store.js'
import type { Entry, Reply, Submission } from '../../src/store/store.js'
import { fakeClock, settled } from '../fixtures/fake-clock.js'
import { startReceiver } from '../fixtures/receiver.js'

t.test('settles again until it succeeds, so that the cooldown does start', async (t) => {
  const receiver = await startReceiver(t)
  const clock = fakeClock()
  let failures = 2
  class Flaky extends MemoryStore {
    override settle(series: Series, alertId: string, settlement: Settlement): Promise<void> {
      failures -= 1
      return failures < 0 ? super.settle(series, alertId, settlement) : Promise.reject(new Error('away'))
    }
  }
  const evaluator = createLineEvaluator({ url: receiver.url, threshold: 1 }, { clock, store: new Flaky(clock) })
  const delivered = new Promise((resolve) => evaluator.on('delivered', resolve))
  evaluator.observe({ statusCode: 500 })
  while (failures >= 0) await clock.advance(10)
  await delivered
  evaluator.observe({ statusCode: 500 })
  await clock.advance(10_000)
  t.match(evaluator.stats(), { delivered: 1, storeFailures: 2, alerts: 1 })
})

t.test('tells what it knows where another hand has spoilt the stored alert', async (t) => {
  const receiver = await startReceiver(t)
  const clock = fakeClock()
  class Spoilt extends MemoryStore {
    override submit(submission: Submission): Promise<Reply> {
      const entries = submission.entries.map((entry: Entry) => ({ ...entry, draft: '{"spoilt":' }))
      return super.submit({ ...submission, entries })
    }
  }
  const evaluator = createLineEvaluator({ url: receiver.url, threshold: 2 }, { clock, store: new Spoilt(clock) })
  evaluator.observe({ statusCode: 500 })
  evaluator.observe({ statusCode: 500 })
  await settled()
  await receiver.has(1)
  t.match(receiver.received, [
    { body: { type: 'log_error_threshold', threshold: 2, window_seconds: 60, count: 2, sample: { status_code: 0 } } },
  ])
})
