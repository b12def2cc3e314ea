import t from 'tap'
import {
  overviewScript,
  SHOWN_FIELDS,
  SHOWN_SLOTS,
  seriesStatusScript,
} from '../../../src/store/status/status-scripts.js'

// How they read is what the tests of status-reader.ts are about; here is what those do not see.
t.test('the scripts write nothing, and use no key that they were not given', (t) => {
  const writing = /'(SET|DEL|HSET|HDEL|HINCRBY|INCRBY|PEXPIRE|EXPIRE|ZADD|ZREM|LPUSH|LTRIM)'/
  // Of what is shared with the scripts that write, these are called here.
  t.match(seriesStatusScript().text, /readState\(KEYS\[key \+ 2\]\)/)
  const own = seriesStatusScript().text.split('local names = {}')[1] ?? ''
  for (const text of [overviewScript().text, own]) t.notMatch(text, writing)
  t.notMatch(own, /isCooling\(|writeState\(/)
  for (const text of [overviewScript().text, own]) {
    for (const [, key = ''] of text.matchAll(/redis\.p?call\('[A-Z]+', ([^,)]+)/g)) t.match(key, /^(KEYS\[.*\]|key)$/)
  }
  t.end()
})

t.test('a ring is shown in 120 slots', (t) => {
  t.equal(SHOWN_SLOTS, 120)
  t.ok(SHOWN_FIELDS.includes('attempts'))
  t.end()
})
