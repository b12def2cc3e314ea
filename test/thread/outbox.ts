import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { GATHER_LENGTH, GATHER_MS, MAX_WAITING_LENGTH, Outbox } from '../../src/thread/outbox.js'
import { SharedState } from '../../src/thread/shared-state.js'

class FakeThread {
  hasEnded = false
  readonly written: string[] = []

  write(text: string): void {
    this.written.push(text)
  }
}

t.test('lines go together after a moment, or when they must', async (t) => {
  const thread = new FakeThread()
  const outbox = new Outbox(thread, new SharedState())
  outbox.write()
  t.ok(outbox.push('1\n') && outbox.push('2\n'))
  t.strictSame(thread.written, [])
  await delay(5 * GATHER_MS)
  t.strictSame(thread.written, ['1\n2\n'])
  outbox.push('3\n')
  outbox.write()
  t.strictSame(thread.written, ['1\n2\n', '3\n'])
})

t.test('many lines go at once, though no timer fires', (t) => {
  const thread = new FakeThread()
  const outbox = new Outbox(thread, new SharedState())
  const half = 'x'.repeat(GATHER_LENGTH / 2)
  outbox.push(half)
  t.strictSame(thread.written, [])
  outbox.push(half)
  t.strictSame(thread.written, [half + half])
  t.end()
})

t.test('what would wait in endless numbers is dropped, until the thread has caught up', (t) => {
  const state = new SharedState()
  const outbox = new Outbox(new FakeThread(), state)
  const half = 'x'.repeat(MAX_WAITING_LENGTH / 2 + 1)
  t.ok(outbox.push(half) && outbox.push(half))
  t.equal(outbox.push('more'), false)
  state.readLength += half.length
  t.equal(outbox.push('more'), true)
  t.end()
})

t.test('a thread that has ended gets nothing', (t) => {
  const thread = new FakeThread()
  const outbox = new Outbox(thread, new SharedState())
  thread.hasEnded = true
  t.equal(outbox.push('after'), false)
  outbox.write()
  t.strictSame(thread.written, [])
  t.end()
})
