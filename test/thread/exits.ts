import t from 'tap'
import { closeAtExit } from '../../src/thread/exits.js'
import type { Thread } from '../../src/thread/thread.js'

function fakeThread(told: string[], isReady: boolean, flushSync = (): void => {}): Thread {
  const thread = { ready: isReady, flushSync, end: () => void told.push('end') }
  // Nothing else of it is asked for.
  return thread as unknown as Thread
}

t.test('one listener closes all threads at exit, whatever one of them does', (t) => {
  const before = process.listenerCount('exit')
  const told: string[] = []
  const outbox = { write: () => void told.push('write') }
  const fail = (): void => {
    throw new Error('_flushSync took too long (10s)')
  }
  const closed = [
    closeAtExit(fakeThread(told, true), outbox),
    closeAtExit(fakeThread(told, true, fail), outbox),
    closeAtExit(fakeThread(told, false), outbox),
  ]
  t.equal(process.listenerCount('exit'), before + 1)
  process.listeners('exit').at(-1)?.(0)
  t.strictSame(told, ['write', 'end', 'write', 'write', 'end'])
  for (const done of closed) done()
  t.equal(process.listenerCount('exit'), before)
  t.end()
})
