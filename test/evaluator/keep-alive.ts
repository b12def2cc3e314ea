import t from 'tap'
import { KeepAlive } from '../../src/evaluator/keep-alive.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { startReceiver } from '../fixtures/receiver.js'
import { run } from '../fixtures/run.js'

t.test('holds once while it is busy', (t) => {
  const clock = fakeClock()
  let holds = 0
  const after = (delayMs: number, task: () => void, hold?: boolean): (() => void) => {
    t.strictSame([delayMs, hold], [700, true])
    holds += 1
    const cancel = clock.after(delayMs, task)
    return () => {
      holds -= 1
      cancel()
    }
  }
  const keepAlive = new KeepAlive({ ...clock, after }, 700)
  for (const [isBusy, expected] of [
    [true, 1],
    [true, 1],
    [false, 0],
    [false, 0],
    [true, 1],
  ] as const) {
    keepAlive.update(isBusy)
    t.equal(holds, expected)
  }
  t.end()
})

t.test('an evaluator that nobody closed still tells its last error, and then lets the process go', async (t) => {
  const receiver = await startReceiver(t)
  const program = `import { createEvaluator } from 'logsiren'
    createEvaluator({ url: '${receiver.url}', threshold: 1 }).observe({ statusCode: 500 })`
  t.strictSame(await run(program), { code: 0, signal: null, stdout: '', stderr: '' })
  t.equal(receiver.received.length, 1)
})
