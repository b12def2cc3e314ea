import t from 'tap'
import { within } from '../../../src/deliver/formats/within.js'
import { firing, over, payloads } from '../../fixtures/formats/payloads.js'

t.test('what fits is left alone; samples and top lists go first, then what else may be missing', (t) => {
  t.equal(within(firing, 60_000), firing)
  const bytes = Buffer.byteLength(JSON.stringify(firing))
  t.equal(within(firing, bytes), firing)
  const thin = within(firing, bytes - 1)
  t.notOk('samples' in thin || 'top' in thin)
  t.match(thin, { id: firing.id, sample: firing.sample, service: 'shop', hostname: 'web-1', suppressed: 0 })
  t.notOk('group_by' in within(payloads['grouped'] ?? firing, 100))
  t.strictSame(Object.keys(within(over, 100)).slice(0, 6), Object.keys(over).slice(0, 6))
  t.end()
})
