import t from 'tap'
import { SharedState } from '../../src/thread/shared-state.js'
import { Thread } from '../../src/thread/thread.js'
import { builtWorker } from '../fixtures/built.js'

const data = (state: SharedState): { options: object; buffer: SharedArrayBuffer } => ({
  options: {},
  buffer: state.buffer,
})

t.test('starts the worker with its options, and lets it be ended', async (t) => {
  const state = new SharedState()
  let onEnd = (): void => {}
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve
  })
  const thread = new Thread(builtWorker, data(state), { onEvent: () => {}, onEnd: () => onEnd() })
  t.equal(state.isStarted, false)
  await new Promise<void>((resolve) => thread.flush(false, resolve))
  t.equal(state.isStarted, true)
  t.equal(state.isClosed, false)
  await new Promise<void>((resolve) => thread.flush(true, resolve))
  t.equal(state.isClosed, true)
  t.equal(thread.hasEnded, false)
  await thread.terminate()
  await ended
  t.equal(thread.hasEnded, true)
  await new Promise<void>((resolve) => thread.flush(false, resolve))
})

t.test('blocks while the thread does what is waited for, and no longer than it lives or than it may', async (t) => {
  const state = new SharedState()
  const thread = new Thread(builtWorker, data(state), { onEvent: () => {}, onEnd: () => {} })
  t.equal(
    thread.blockUntil(() => state.isStarted, 60_000),
    true,
  )
  t.equal(
    thread.blockUntil(() => state.isClosed, 1),
    false,
  )
  thread.flush(true, () => {})
  t.equal(
    thread.blockUntil(() => state.isClosed, 60_000),
    true,
  )
  await thread.terminate()
})

t.test('a thread that fails to start is not waited for, though no event could tell yet', async (t) => {
  const state = new SharedState()
  let isEnded = false
  const listeners = {
    onEvent: () => {},
    onEnd: () => {
      isEnded = true
    },
  }
  const thread = new Thread(new URL('./no-such-worker.js', builtWorker), data(state), listeners)
  const startedMs = performance.now()
  t.equal(
    thread.blockUntil(() => state.isStarted, 600_000),
    false,
  )
  t.ok(performance.now() - startedMs < 300_000)
  t.strictSame([isEnded, thread.hasEnded], [false, false])
  await new Promise<void>((resolve) => thread.flush(false, resolve))
  t.strictSame([isEnded, thread.hasEnded], [true, true])
})
