import { EventEmitter } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { GATHER_MS, MAX_WAITING_LENGTH, Outbox } from '../../src/thread/outbox.js'

class FakeThread extends EventEmitter {
  destroyed = false
  isFull = false
  readonly written: string[] = []

  write(text: string): boolean {
    this.written.push(text)
    return !this.isFull
  }
}

t.test('lines go together after a moment, or when they must', async (t) => {
  const thread = new FakeThread()
  const outbox = new Outbox(thread)
  outbox.write()
  t.ok(outbox.push('1\n') && outbox.push('2\n'))
  t.strictSame(thread.written, [])
  await delay(5 * GATHER_MS)
  t.strictSame(thread.written, ['1\n2\n'])
  outbox.push('3\n')
  outbox.write()
  t.strictSame(thread.written, ['1\n2\n', '3\n'])
})

t.test('what would wait in endless numbers is dropped, until the thread has caught up', (t) => {
  const thread = new FakeThread()
  const outbox = new Outbox(thread)
  thread.isFull = true
  const half = 'x'.repeat(MAX_WAITING_LENGTH / 2 + 1)
  for (let i = 0; i < 2; i += 1) {
    t.equal(outbox.push(half), true)
    outbox.write()
  }
  t.equal(outbox.push('more'), false)
  thread.emit('drain')
  t.equal(outbox.push('more'), true)
  t.end()
})

t.test('a thread that is gone gets nothing', (t) => {
  const thread = new FakeThread()
  const outbox = new Outbox(thread)
  outbox.push('before')
  thread.destroyed = true
  outbox.write()
  t.equal(outbox.push('after'), false)
  t.strictSame(thread.written, [])
  t.end()
})
