import t from 'tap'
import { enrichScript, settleScript } from '../../../src/store/lua/settle.js'

t.test('use no key that they were not given', (t) => {
  for (const { text } of [settleScript(), enrichScript]) {
    const keysUsed = [...text.matchAll(/redis\.p?call\('[A-Z]+', ([^,)]+)/g)].map(([, key]) => key ?? '')
    for (const key of keysUsed) t.match(key, /^KEYS\[[1234]\]$/)
  }
  t.end()
})
