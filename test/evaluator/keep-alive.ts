import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import t from 'tap'
import { KeepAlive } from '../../src/evaluator/keep-alive.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { startReceiver } from '../fixtures/receiver.js'
import { run } from '../fixtures/run.js'

t.test('holds once while anybody is busy', (t) => {
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
  for (const [worker, isBusy, expected] of [
    ['counting', true, 1],
    ['counting', true, 1],
    ['dispatch', true, 1],
    ['counting', false, 1],
    ['dispatch', false, 0],
    ['hold', false, 0],
    ['hold', true, 1],
  ] as const) {
    keepAlive.update(worker, isBusy)
    t.equal(holds, expected, `${worker} ${isBusy}`)
  }
  keepAlive.release()
  t.equal(holds, 0)
  t.end()
})

t.test('an evaluator that nobody closed still tells its last error, and then lets the process go', async (t) => {
  const receiver = await startReceiver(t)
  const program = `import { createEvaluator } from 'logsiren'
    createEvaluator({ url: '${receiver.url}', threshold: 1 }).observe({ statusCode: 500 })`
  t.strictSame(await run(program), { code: 0, signal: null, stdout: '', stderr: '' })
  t.equal(receiver.received.length, 1)
})

t.test('a receiver that lets a connection hang holds a process no longer, whether it was closed or not', async (t) => {
  const server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
  for (const end of ['', 'await evaluator.close()']) {
    // What it prints, it prints only if something else holds it.
    const program = `import { createEvaluator } from 'logsiren'
      const evaluator = createEvaluator({ url: '${url}', threshold: 1, closeTimeoutMs: 400 })
      evaluator.observe({ statusCode: 500 })
      ${end}
      setTimeout(() => process.stdout.write(process.getActiveResourcesInfo().join()), 2200).unref()`
    t.strictSame(await run(program), { code: 0, signal: null, stdout: '', stderr: '' }, end)
  }
})
