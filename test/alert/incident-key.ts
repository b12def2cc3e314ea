import t from 'tap'
import { incidentFingerprint, incidentKey } from '../../src/alert/incident-key.js'
import { payload } from '../fixtures/formats/arbitrary-payload.js'
import { firing, over, payloads } from '../fixtures/formats/payloads.js'
import { fc } from '../fixtures/properties.js'

t.test('names rule and group, for alerts and their ends alike, whoever tells them', (t) => {
  t.equal(incidentKey(firing), 'logsiren/default')
  t.equal(incidentKey(over), 'logsiren/default')
  const grouped = { ...firing, rule: 'models', group_by: { b: null, a: 'x' } }
  t.equal(incidentKey(grouped), 'logsiren/models/[["a","x"],["b",null]]')
  t.equal(
    incidentKey({ ...grouped, group_by: { a: 'x', b: null }, hostname: 'other', service: 'other' }),
    incidentKey(grouped),
  )
  t.not(incidentKey({ ...grouped, group_by: { a: 'x', b: 'null' } }), incidentKey(grouped))
  t.end()
})

t.test('a test alert touches nothing that is open', (t) => {
  t.equal(incidentKey(payloads['test'] ?? over), 'logsiren-test/default')
  t.end()
})

t.test('what is long or not ASCII is hashed, and still tells apart', (t) => {
  const keyOf = (value: string): string => incidentKey({ ...firing, group_by: { model: value } })
  t.match(keyOf('é'), /^logsiren\/[0-9a-f]{64}$/)
  t.match(keyOf('x'.repeat(300)), /^logsiren\/[0-9a-f]{64}$/)
  t.not(keyOf('x'.repeat(300)), keyOf('x'.repeat(301)))
  fc.assert(fc.property(payload, (payload) => /^[\x20-\x7e]{1,255}$/.test(incidentKey(payload))))
  t.end()
})

t.test('the fingerprint is of the key', (t) => {
  t.match(incidentFingerprint(firing), /^[0-9a-f]{16}$/)
  t.equal(incidentFingerprint(over), incidentFingerprint(firing))
  t.not(incidentFingerprint({ ...firing, rule: 'other' }), incidentFingerprint(firing))
  t.end()
})
