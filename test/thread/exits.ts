import t from 'tap'
import { closeAtExit } from '../../src/thread/exits.js'

t.test('one listener closes all threads at exit, whatever one of them does', (t) => {
  const before = process.listenerCount('exit')
  const told: string[] = []
  const open = (name: string, isStarted: boolean, isClosed: boolean): Parameters<typeof closeAtExit>[0] => ({
    thread: {
      flush: (isLast) => void told.push(`${name} ${isLast ? 'closes' : 'flushes'}`),
      blockUntil: (isSo) => {
        told.push(`${name} is waited for`)
        return isSo()
      },
    },
    outbox: { write: () => void told.push(`${name} writes`) },
    state: { isStarted, isClosed },
  })
  const closed = [closeAtExit(open('a', false, false)), closeAtExit(open('b', true, true))]
  t.equal(process.listenerCount('exit'), before + 1)
  process.listeners('exit').at(-1)?.(0)
  const expected = ['a writes', 'a closes', 'b writes', 'b closes', ...Array(1).fill('a is waited for')]
  t.strictSame(told, [...expected, 'b is waited for', 'b is waited for'])
  for (const done of closed) done()
  t.equal(process.listenerCount('exit'), before)
  t.end()
})
