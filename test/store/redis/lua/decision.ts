import t from 'tap'
import { DECISION } from '../../../../src/store/redis/lua/decision.js'

// How it acts is what the contract suite of the stores is about; here is what it does not see.
t.test('calls no command itself: what it reads and writes is what the script around it names', (t) => {
  t.notMatch(DECISION, /redis\.p?call/)
  t.end()
})
