import { once } from 'node:events'
import t from 'tap'
import { SharedState } from '../../src/thread/shared-state.js'
import { startThread } from '../../src/thread/thread.js'
import { builtWorker } from '../fixtures/built.js'

t.test('starts the worker with its options, and lets it be ended', async (t) => {
  const state = new SharedState()
  const thread = startThread(builtWorker, { options: {}, buffer: state.buffer })
  t.equal(thread.ready, false)
  await once(thread, 'ready')
  t.equal(thread.ready, true)
  await new Promise<void>((resolve) => thread.flush(() => resolve()))
  thread.on('error', () => {})
  await thread.worker.terminate()
  t.equal(thread.destroyed, true)
})
