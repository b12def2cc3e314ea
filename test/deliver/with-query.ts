import t from 'tap'
import { withQuery } from '../../src/deliver/with-query.js'

t.test('adds what is missing, and changes nothing else', (t) => {
  const wait = { wait: 'true' }
  t.equal(withQuery('https://d.test/x', wait), 'https://d.test/x?wait=true')
  t.equal(withQuery('https://d.test/x?', wait), 'https://d.test/x?wait=true')
  t.equal(withQuery('https://d.test/x?wait=false', wait), 'https://d.test/x?wait=false')
  const odd = 'https://u.test:444/a%2Fb//c?token=a%3Db%2B+~!*&empty&k=%7B'
  t.equal(withQuery(odd, wait), `${odd}&wait=true`)
  t.equal(withQuery(odd), odd)
  t.equal(withQuery('https://d.test/x#part', wait), 'https://d.test/x?wait=true#part')
  t.throws(() => withQuery('nonsense', wait), { code: 'ERR_INVALID_URL' })
  t.equal(withQuery('nonsense'), 'nonsense')
  t.end()
})
