import t from 'tap'
import { batchScript } from '../../../../src/store/redis/lua/batch.js'

t.test('the batch script uses the server clock, once, and no key that it was not given', (t) => {
  const { text } = batchScript()
  t.equal(text.match(/'TIME'/g)?.length, 1)
  const keysUsed = [...text.matchAll(/redis\.p?call\('[A-Z]+', ([^,)]+)/g)].map(([, key]) => key)
  t.strictSame([...new Set(keysUsed)].sort(), [
    'KEYS[1]',
    'KEYS[2]',
    'KEYS[3]',
    'KEYS[4]',
    'KEYS[5]',
    'KEYS[6]',
    'KEYS[7]',
    'e.cooldownKey',
    'key',
    'keys[1]',
    'keys[2]',
  ])
  t.end()
})
