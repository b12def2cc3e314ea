import t from 'tap'
import { enrichScript, settleScript } from '../../../../src/store/redis/lua/settle.js'

t.test('use no key that they were not given', (t) => {
  for (const { text } of [settleScript(), enrichScript]) {
    const keysUsed = [...text.matchAll(/redis\.p?call\('[A-Z]+', ([^,)]+)/g)].map(([, key]) => key ?? '')
    // `key` is the history's, which it hands on.
    for (const key of keysUsed) t.match(key, /^(KEYS\[[12345]\]|key)$/)
  }
  t.end()
})
