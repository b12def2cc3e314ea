import t from 'tap'
import { RecentMap } from '../src/recent.js'

t.test('forgets what was set longest ago once there is too much, and says what that was', (t) => {
  const map = new RecentMap<string, number>(2)
  t.equal(map.set('a', 1), undefined)
  t.equal(map.set('b', 2), undefined)
  t.equal(map.set('a', 3), undefined, 'it is the newest again')
  t.equal(map.get('b'), 2, 'to be read makes nothing newer')
  t.equal(map.set('c', 4), 2)
  t.strictSame([map.size, map.has('b'), map.get('b')], [2, false, undefined])
  t.strictSame(
    [...map],
    [
      ['a', 3],
      ['c', 4],
    ],
  )
  t.end()
})

t.test('deletes one, or all', (t) => {
  const map = new RecentMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  t.strictSame([map.delete('a'), map.delete('a'), map.size], [true, false, 1])
  t.equal(map.set('c', 3), undefined, 'there is room again')
  map.clear()
  t.equal(map.size, 0)
  t.end()
})

t.test('stays bounded, whatever comes', (t) => {
  const map = new RecentMap<number, number>(100)
  for (let i = 0; i < 10_000; i += 1) map.set(i % 3 === 0 ? i : i % 7, i)
  t.equal(map.size, 100)
  t.end()
})
